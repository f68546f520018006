import { recognizeMessage } from '../gateway-message/recognize.js';
import { type ContextVariable, contextVariables } from '../model/context-variable.js';
import { maskSecret } from '../text/mask.js';
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

function cleanKept(variable: ContextVariable, logged: string): string | undefined {
  const shape = shapeOf(variable);
  if (shape.freedom === 'closed') return hasShape(shape, logged) ? logged : undefined;
  // query strings are never kept; only `path` could have one
  const query = variable === 'path' ? logged.search(/[?#]/) : -1;
  const value = query < 0 ? logged : logged.slice(0, query);
  if (shape.freedom === 'word' && /[\s\0]/.test(value.slice(0, longestOther))) return undefined;
  return value.slice(0, longest[variable] ?? longestOther);
}
