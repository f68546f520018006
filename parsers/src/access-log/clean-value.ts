import { recognizeMessage } from '../gateway-message/recognize.js';
import { type ContextVariable, contextVariables } from '../model/context-variable.js';
import { maskSecret } from '../text/mask.js';
import { isShortId, isWhollyMasked, replacedRequestId } from '../text/request-id.js';
import { isAbsent } from './access-values.js';
import { hasShape, shapeOf } from './variable-shapes.js';

/** Longest value kept of what callers choose. */
const longest: Readonly<Partial<Record<ContextVariable, number>>> = {
  path: 2048,
  resourcePath: 1024,
  routeKey: 1024,
  'customDomain.basePathMatched': 300,
  'identity.userAgent': 512,
  'authorizer.principalId': 256,
};
const longestOther = 2048;

/** `"Forbidden"` of messageString, with or without further quotes around it → `Forbidden`. */
export function unquoteMessage(value: string): string {
  let from = 0;
  let to = value.length;
  while (to - from >= 2 && value.charCodeAt(from) === 0x22 && value.charCodeAt(to - 1) === 0x22) {
    from++;
    to--;
  }
  return value.slice(from, to);
}

/**
 * What may be kept of a value as logged, by the variable's policy: null = absent (`-`), undefined = it does not have the
 * form that AWS gives this variable, so it may be anything (a secret under a wrong name) and nothing is kept.
 */
export function cleanValue(variable: ContextVariable, logged: string): string | null | undefined {
  if (isAbsent(logged)) return null;
  switch (contextVariables[variable]) {
    case 'presence':
      return 'present';
    case 'mask':
      return maskSecret(logged);
    case 'message': {
      const message = unquoteMessage(logged);
      return isAbsent(message) ? null : recognizeMessage(message).text;
    }
    default:
      return cleanKept(variable, logged);
  }
}

// 0c5f8e1a-7b3d-4e92-8a64-d1f0b2c3a495, xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, 0c5f8e1a-****-****-****-************
const uuidOrItsMask = /^[0-9A-Za-z*]{6,10}(?:-[0-9A-Za-z*]{2,6}){3}-[0-9A-Za-z*]{6,14}$/;
// WAF_FILTERED
const capitals = /^[A-Z][A-Z0-9_]*$/;

/**
 * Stricter than the shapes that find a value's borders: what is shown must be the thing itself, or its usual masking. A
 * damaged line, or a key under a wrong name, puts other words here, and they may be a secret.
 */
const keptForms: Readonly<Partial<Record<ContextVariable, (value: string) => boolean>>> = {
  // 0c5f8e1a-7b3d-4e92-8a64-d1f0b2c3a495, Iq9gwFDNoAMFo1A=, xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx
  requestId: (id) => isShortId(id) || uuidOrItsMask.test(id) || id === replacedRequestId || isWhollyMasked(id),
  extendedRequestId: (id) => isShortId(id) || isWhollyMasked(id),
  apiId: (id) => /^[\w*-]{1,16}$/.test(id),
  // 203.0.113.7, 2001:db8::1, x.x.x.x
  'identity.sourceIp': (address) => /^(?=.*[.:*])[\da-fA-FxX.:*]+$/.test(address),
  'error.responseType': (word) => capitals.test(word),
  wafResponseCode: (word) => capitals.test(word),
};

function cleanKept(variable: ContextVariable, logged: string): string | undefined {
  const shape = shapeOf(variable);
  if (shape.freedom === 'closed') {
    return hasShape(shape, logged) && keptForms[variable]?.(logged) !== false ? logged : undefined;
  }
  // query strings are never kept; only `path` could have one
  const query =
    variable === 'path' || variable === 'resourcePath' || variable === 'routeKey' ? logged.search(/[?#]/) : -1;
  const value = query < 0 ? logged : logged.slice(0, query);
  if (shape.freedom === 'word' && /[\s\0]/.test(value.slice(0, longestOther))) return undefined;
  return value.slice(0, longest[variable] ?? longestOther);
}
