import type { RequestHandler, Response } from 'express';
import { jsonText } from '../text/json-text.js';
import { checkRole, type Identity } from './access/check-caller.js';
import { mediaType } from './body.js';
import type { ApiDeps } from './deps.js';
import { ApiError } from './errors/api-error.js';
import { excerpt } from './errors/excerpt.js';
import type { Operation } from './operation.js';
import { parseRequest } from './parse-request.js';

/** What the middleware of app.ts finds out and later steps need. */
export interface RequestState {
  identity: Identity;
  /** The operation's path, never the path that came. */
  route: string;
}

export const stateOf = (res: Response): RequestState => res.locals as RequestState;

/** One row of the route table as an express handler. */
export function serveOperation(operation: Operation, { telemetry }: Pick<ApiDeps, 'telemetry'>): RequestHandler {
  const { answer, method, path } = operation;
  const name = `${method.toUpperCase()} ${path}`;
  return async (req, res) => {
    const state = stateOf(res);
    state.route = operation.path;
    const { identity } = state;
    checkRole(identity, operation.access, operation.keyHeader);
    checkMediaType(operation, mediaType(req));
    const parts = parseRequest(operation, req);
    const run = () => operation.run({ ...parts, caller: identity, req, res });
    // A live stream takes as long as its listener likes.
    const result = await (answer.contentType === 'text/event-stream' ? run() : telemetry.span(name, {}, run));
    if (result === undefined) return;
    res.type(answer.contentType ?? 'application/json');
    res.send(answer.contentType === undefined ? jsonText(result) : (result as string));
  };
}

function checkMediaType({ body }: Operation, came: string): void {
  if (body === undefined || Object.hasOwn(body.content, came)) return;
  throw new ApiError(
    'content_type_unsupported',
    `header Content-Type: expected ${Object.keys(body.content).join(' or ')}, came ${came === '' ? 'none' : excerpt(came)}.`,
  );
}

/** `/api/v1/causes/{cause}` as express writes it: `/api/v1/causes/:cause`. */
export const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');
