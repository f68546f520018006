import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { checkLocal, identify } from './access/check-caller.js';
import { createRateLimit } from './access/rate-limit.js';
import { discardRest } from './body.js';
import type { ApiDeps } from './deps.js';
import { ApiError } from './errors/api-error.js';
import { sendProblem } from './errors/problem.js';
import { toApiError } from './errors/to-api-error.js';
import type { Operation } from './operation.js';
import { createOperations } from './operations.js';
import { expressPath, serveOperation, stateOf } from './serve-operation.js';

/** The REST interface: an express application for `http.createServer`. */
export function createApi(deps: ApiDeps): express.Express {
  if (deps.access.tokens.length === 0 && !deps.access.loopback) {
    throw new Error(
      'Expected tokens, or a loopback address: without tokens whoever reaches the address may do everything.',
    );
  }
  const operations = createOperations(deps);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Queries are read by parse-request.ts; nobody in front is trusted to say who calls.
  app.set('query parser', false);
  app.set('trust proxy', false);
  app.enable('case sensitive routing');
  app.enable('strict routing');

  app.use(securityHeaders);
  app.use(createMeasure(deps));
  app.use(createGate(deps, operations));
  for (const [path, atPath] of byPath(operations)) {
    for (const operation of atPath) app[operation.method](expressPath(path), serveOperation(operation, deps));
    app.all(expressPath(path), refuseMethod(atPath));
  }
  app.use(() => {
    throw new ApiError('route_not_found', 'Expected an address that /docs lists, came another one.');
  });
  app.use(createErrorHandler(deps, operations));
  return app;
}

const securityHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  });
  next();
};

/** Tells telemetry of each request when its answer is out, or its caller gone. */
function createMeasure({ telemetry, nowMs }: ApiDeps): RequestHandler {
  return (req, res, next) => {
    const startMs = nowMs();
    const state = stateOf(res);
    state.route = 'unmatched';
    state.identity = { tokenId: null, role: null, sourceArns: null, problem: null };
    res.once('close', () => {
      telemetry.requestServed({
        method: methodWord(req.method),
        route: state.route,
        // 499: gone before the answer was out, as nginx counts it
        status: res.writableFinished || res.headersSent ? res.statusCode : 499,
        durationMs: nowMs() - startMs,
        tokenId: state.identity.tokenId,
      });
    });
    next();
  };
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Callers may send any word; this one becomes a metric label. */
const methodWord = (method: string): string => (methods.includes(method) ? method : 'OTHER');

/**
 * Stands before everything: who does not get through learns nothing of what is behind, not even which addresses there are.
 */
function createGate({ access, limits, nowMs }: ApiDeps, operations: readonly Operation[]): RequestHandler {
  const openPaths = new Set(operations.filter((operation) => operation.access === 'open').map(({ path }) => path));
  const ingestPaths = new Set(operations.filter((operation) => operation.access === 'ingest').map(({ path }) => path));
  const keyHeaders = new Map(operations.map(({ path, keyHeader }) => [path, keyHeader]));
  const callerOf = (res: Parameters<typeof stateOf>[0]) => stateOf(res).identity;
  const limitRequests = createRateLimit(limits.requestsPerMinute, nowMs, callerOf);
  const limitIngest = createRateLimit(limits.ingestRequestsPerMinute, nowMs, callerOf);
  return (req, res, next) => {
    if (access.tokens.length === 0) checkLocal(req);
    const identity = identify(req, access.tokens, keyHeaders.get(req.path));
    stateOf(res).identity = identity;
    if (openPaths.has(req.path)) {
      next();
      return;
    }
    const limit = ingestPaths.has(req.path) && identity.problem === null ? limitIngest : limitRequests;
    limit(req, res, (error?: unknown) => next(error ?? identity.problem ?? undefined));
  };
}

function byPath(operations: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const paths = new Map<string, Operation[]>();
  for (const operation of operations) paths.set(operation.path, [...(paths.get(operation.path) ?? []), operation]);
  return paths;
}

function refuseMethod(operations: readonly Operation[]): RequestHandler {
  const allowed = operations.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  const Allow = allowed.join(', ');
  return () => {
    throw new ApiError('method_not_allowed', `Expected ${Allow}, came another method.`, { headers: { Allow } });
  };
}

const sendProblemTo: NonNullable<Operation['sendError']> = (_req, res, error) => sendProblem(res, error);

/** Bytes of a body that are read and dropped after an early answer; of callers who may send, as many as they may send. */
const maxDiscardedBytes = 16 * 1024 * 1024;
const maxDiscardMs = 10_000;

function createErrorHandler({ telemetry, limits }: ApiDeps, operations: readonly Operation[]): ErrorRequestHandler {
  const ownAnswers = new Map(operations.map(({ path, sendError }) => [path, sendError]));
  return (thrown: unknown, req, res, _next) => {
    const error = toApiError(thrown);
    if (error.code === 'internal_error') {
      telemetry.defect({ where: `api ${stateOf(res).route}`, error: error.cause ?? thrown });
    }
    // In the middle of an answer only breaking off tells that it is not whole.
    if (res.headersSent) res.destroy();
    else (ownAnswers.get(req.path) ?? sendProblemTo)(req, res, error);
    const { role } = stateOf(res).identity;
    const maySend = role === 'ingest' || role === 'admin';
    discardRest(req, maySend ? Math.max(maxDiscardedBytes, limits.maxDeliveryBytes) : maxDiscardedBytes, maxDiscardMs);
  };
}
