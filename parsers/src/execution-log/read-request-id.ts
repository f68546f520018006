import { isTestInvokeId } from '../text/request-id.js';

// Wider than the forms of text/request-id.ts on purpose: API Gateway's mark is known by its place, and what stands there
// may have been shortened, blotted or altered. Whether it names a request is asked there, when requests are told apart.

// 8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10; people blot parts of it out (aaaaaaaa-aaaa-…, xxxxxxxx-xxxx-…), so lengths are loose
const uuidLike = /^[0-9A-Za-z]{6,10}(?:-[0-9A-Za-z]{2,6}){3}-[0-9A-Za-z]{6,14}$/;
// PDx1PEC4oAMFpyA=   Iq9gwFDNoAMFo1A=   e_J4SHS7vHcEXrQ=
const extendedLike = /^[A-Za-z0-9_+/-]{8,64}={1,2}$/;

/** An id as API Gateway writes it in front of execution-log lines: REST a UUID, WebSocket the extended form. */
export const looksLikeRequestId = (value: string): boolean => uuidLike.test(value) || extendedLike.test(value);

/** What people put where an id was: `<request-id>`, `***`, `request-id`. */
export const isPlaceholder = (value: string): boolean =>
  /^[<*]|^\.{2,}$/.test(value) || /^[A-Za-z_-]{0,40}(?:request|uuid|id)[A-Za-z_-]{0,40}$/i.test(value);

/** The id, or null when it is a placeholder or the name that all test invokes share. */
export function readRequestId(value: string | undefined): string | null {
  if (value === undefined || isTestInvokeId(value)) return null;
  const id = value.replace(/\.$/, '');
  if (looksLikeRequestId(id)) return id;
  // An id of a kind not seen before: letters and digits mixed.
  return /^[A-Za-z0-9_+/=-]{8,128}$/.test(id) && /\d/.test(id) && /[A-Za-z]/.test(id) ? id : null;
}
