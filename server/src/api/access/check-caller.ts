import type { Request } from 'express';
import { ApiError } from '../errors/api-error.js';
import { excerpt } from '../errors/excerpt.js';
import type { Access, Caller } from '../operation.js';
import { type ConfiguredToken, findToken, parseToken } from './token.js';

const wanted = { 'WWW-Authenticate': 'Bearer realm="why403"' };

/** Who asks: the outcome of looking at `Authorization`, or at the header that stands for it. `problem` is thrown by what is not open to everybody. */
export interface Identity extends Caller {
  readonly problem: ApiError | null;
}

export function identify(req: Request, tokens: readonly ConfiguredToken[], keyHeader?: string): Identity {
  if (tokens.length === 0) return { tokenId: null, role: 'admin', sourceArns: null, problem: null };
  const key = keyHeader === undefined ? undefined : req.get(keyHeader);
  const presented = key ?? bearer(req.headers.authorization);
  const where = keyHeader === undefined || (key === undefined && presented !== null) ? 'Authorization' : keyHeader;
  if (presented === null) {
    const expected = keyHeader === undefined ? '`Bearer w403_…`' : 'a token';
    return nobody('token_missing', `header ${where}: expected ${expected}, came none.`);
  }
  const token = parseToken(presented) === null ? null : findToken(tokens, presented);
  if (token === null) {
    return nobody('token_invalid', `header ${where}: expected a token that is configured, came another one.`);
  }
  return { tokenId: token.id, role: token.role, sourceArns: token.sourceArns ?? null, problem: null };
}

const nobody = (code: 'token_missing' | 'token_invalid', detail: string): Identity => ({
  tokenId: null,
  role: null,
  sourceArns: null,
  problem: new ApiError(code, detail, { headers: wanted }),
});

// Bearer w403_read_grafana_…
function bearer(header: string | undefined): string | null {
  const match = /^bearer +(\S{1,256}) *$/i.exec(header ?? '');
  return match === null ? null : (match[1] as string);
}

export function checkRole(caller: Caller, access: Access, keyHeader?: string): void {
  if (caller.sourceArns !== null && keyHeader === undefined && access !== 'open') {
    throw new ApiError('token_bound', 'Expected a token for this address, came one that is bound to Firehose streams.');
  }
  if (access === 'open' || caller.role === 'admin' || caller.role === access) return;
  const expected = access === 'admin' ? access : `${access} or admin`;
  throw new ApiError('role_insufficient', `Expected a token of the role ${expected}, came ${caller.role}.`);
}

// localhost:4030, 127.0.0.1, [::1]:4030
const localHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * While no tokens are configured, a browser on this machine is the way in for others: a page of theirs can send requests,
 * and a name of theirs can lead here (DNS rebinding). Both show in the headers.
 */
export function checkLocal(req: Request): void {
  const host = req.headers.host ?? '';
  const foreign = [host, targetHost(req.url) ?? host].find((name) => !localHost.test(name));
  if (foreign !== undefined) {
    throw new ApiError(
      'host_refused',
      `header Host: expected 127.0.0.1, [::1] or localhost, came ${excerpt(foreign)}; no tokens are configured.`,
    );
  }
  const { origin } = req.headers;
  if (origin !== undefined && !ownOrigin(origin, host)) {
    throw new ApiError('origin_refused', `header Origin: expected none or this service, came ${excerpt(origin)}.`);
  }
  // Sent by browsers even where Origin is not: images, frames, simple forms.
  const site = req.headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (isForeign && (req.method !== 'GET' || req.headers['sec-fetch-mode'] !== 'navigate')) {
    throw new ApiError('origin_refused', `header Sec-Fetch-Site: expected same-origin or none, came ${site}.`);
  }
}

/** `GET http://example.com/… HTTP/1.1`: the request line stands above Host (RFC 9112, 3.2.2). */
const targetHost = (target: string): string | undefined => /^[a-z][a-z0-9+.-]{0,31}:\/\/([^/?#]*)/i.exec(target)?.[1];

const ownOrigin = (origin: string, host: string): boolean => {
  const own = host.toLowerCase();
  return origin === `http://${own}` || origin === `https://${own}`;
};
