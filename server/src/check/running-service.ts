import { z } from 'zod';
import { tokenVariable } from '../config/environment.js';
import { visibleExcerpt } from '../text/visible.js';

/** A why403 that runs, asked by its API. */
export interface RunningService {
  /** Throws `ServiceUnusable`. */
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>;
}

/** Has it do something, too: with a token of the role admin. */
export interface ControlledService extends RunningService {
  /** Throws `ServiceRefused` if it says why it does not, else `ServiceUnusable`. */
  send<T>(method: 'POST' | 'DELETE', path: string, body: unknown, shape: z.ZodType<T>): Promise<T>;
}

/** One sentence: what came, and what to do. */
export class ServiceUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceUnusable';
  }
}

/** What was asked for is refused: the service's own words. */
export class ServiceRefused extends ServiceUnusable {
  /** Of docs/errors.md. */
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.name = 'ServiceRefused';
    this.code = code;
  }
}

export interface RunningServiceOptions {
  /** `http://127.0.0.1:4030`; a path after it is kept. */
  readonly url: string;
  readonly token: string | null;
  readonly fetch: typeof fetch;
}

const timeoutMs = 30_000;

export function createRunningService({ url, token, fetch }: RunningServiceOptions): ControlledService {
  const base = url.replace(/\/+$/, '');
  return {
    get: async (path, shape) => checked(await ask('GET', path, null), shape),
    send: async (method, path, body, shape) => checked(await ask(method, path, body), shape),
  };

  function checked<T>(body: unknown, shape: z.ZodType<T>): T {
    const parsed = shape.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new ServiceUnusable(
      `${base} answers, but not as this version of why403 does: check the URL, or update one of the two.`,
    );
  }

  async function ask(method: string, path: string, body: unknown): Promise<unknown> {
    let answer: Response;
    let refused: ServiceRefused | null = null;
    try {
      answer = await fetch(`${base}${path}`, {
        method,
        headers: {
          Accept: 'application/json',
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === null ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        // A token must not follow to another host.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (answer.ok) return await answer.json();
      if (method !== 'GET' && answer.status !== 401) refused = refusalOf(await answer.json().catch(() => null));
    } catch (error) {
      throw new ServiceUnusable(unansweredSentence(base, error), { cause: error });
    }
    throw (
      refused ??
      new ServiceUnusable(statusSentence(base, answer.status, token !== null, method === 'GET' ? 'read' : 'admin'))
    );
  }
}

const refusal = z.object({ code: z.string(), detail: z.string() });

function refusalOf(body: unknown): ServiceRefused | null {
  const parsed = refusal.safeParse(body);
  return parsed.success ? new ServiceRefused(parsed.data.code, parsed.data.detail) : null;
}

function statusSentence(base: string, status: number, hasToken: boolean, role: 'read' | 'admin'): string {
  if (status === 401) {
    return hasToken
      ? `${base} does not accept the token in ${tokenVariable}: make one of the role ${role} (\`why403 token create --role ${role} --id cli\`) and add it to the configuration of the service.`
      : `${base} asks for a token: put one of the role ${role} into ${tokenVariable}.`;
  }
  if (status === 403)
    return `The token in ${tokenVariable} may not ask ${base}: it takes one of the role ${role === 'read' ? 'read or admin' : role}.`;
  if (status === 503) return `${base} is not ready (503): GET /readyz says why.`;
  return `${base} answers ${status}: check that the URL is that of why403 itself.`;
}

function unansweredSentence(base: string, error: unknown): string {
  if (error instanceof SyntaxError)
    return `${base} does not answer with JSON: check that the URL is that of why403 itself.`;
  const cause = (error as { readonly cause?: { readonly code?: unknown } | null } | null)?.cause;
  const name = (error as { readonly name?: unknown } | null)?.name;
  const code = typeof cause?.code === 'string' ? cause.code : typeof name === 'string' ? name : 'no answer';
  return `${base} does not answer (${visibleExcerpt(code, 60)}): start it with \`why403 serve\`, or give its address by --url.`;
}
