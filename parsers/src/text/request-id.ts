/**
 * What a request's ids look like. Reading a log, telling two requests apart and naming the API's type all ask here.
 *
 * REST APIs: `requestId` is a UUID, `extendedRequestId` the short form. HTTP and WebSocket APIs: both are the short form.
 */

/** `48752d0f-c99d-4cfa-a5a7-f3c6834d19e5` */
export const isUuid = (id: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);

/**
 * `Iq9gwFDNoAMFo1A=`: URL-safe base64 with its padding, eleven bytes so far; a longer one would be no surprise. API
 * Gateway makes every one of them: a caller's own id is taken over as a UUID only.
 */
export const isShortId = (id: string): boolean => /^[A-Za-z0-9_-]{11,62}={1,2}$/.test(id);

/** What API Gateway logs as `requestId` when the caller sent an id that is no UUID. */
export const replacedRequestId = 'UUID_REPLACED_INVALID_REQUEST_ID';

/** What API Gateway writes in the place of a request id; an ordinary web server's log has nothing like it. */
export const isGatewayId = (id: string): boolean => isUuid(id) || isShortId(id) || id === replacedRequestId;

// test-invoke-request, test-request: every test invoke of an API has the same
const testInvokeId = /^test-(?:invoke-)?request(?:-id)?$/i;

/** The name that stands for the id in a test invoke's log. */
export const isTestInvokeId = (id: string): boolean => testInvokeId.test(id);

// ****=, xxxxxxxx-xxxx-…, 00000000-0000-…, -
const wholeMask = /^[xX0*._=-]*$/;

/** Nothing is left of the id: a hyphen, `xxxxxxxx-xxxx-…`, `****=`, zeros. Equal in the lines of many requests. */
export const isWhollyMasked = (id: string): boolean => wholeMask.test(id);

/** Stands where an id would stand and says nothing of it, not even its form. */
export const standsForAnId = (id: string): boolean =>
  id === replacedRequestId || isWhollyMasked(id) || isTestInvokeId(id);

// 48752d0f-****-…, <request-id>, Iq9g...: what people write over a part of an id, or in its place, before they show a log
const partMask = /[*<>…\s]|\.\.\./;

const maxLength = 128;

/** Whether an id tells one request from another: two of them may be the same once a part is masked. */
export const namesARequest = (id: string): boolean =>
  id.length <= maxLength && !partMask.test(id) && !standsForAnId(id);

/** The id when it names a request, else null. */
export const usableId = (id: string | null | undefined): string | null =>
  id !== null && id !== undefined && namesARequest(id) ? id : null;

// 1-645566cf-7cb058b04d9bb3ee01dc4036   Root=1-645566cf-…;Parent=…;Sampled=0   Self=1-…;Root=1-…
const rootPattern = /(?:^|[^\w=-])(?:Root=)?(1-[0-9a-f]{8}-[0-9a-f]{24})(?![\w-])/i;

/**
 * The trace a request belongs to, of an `X-Amzn-Trace-Id` header or of the bare root. `Self=` is a load balancer's own
 * step, not the root: `Self=1-645566d0-…;Root=1-645566cf-7cb058b04d9bb3ee01dc4036` → `1-645566cf-7cb058b04d9bb3ee01dc4036`
 */
export const traceRoot = (text: string | null | undefined): string | null =>
  rootPattern.exec(text?.slice(0, 512) ?? '')?.[1] ?? null;
