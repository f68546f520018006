import type { ContextVariable } from '../model/context-variable.js';
import { refusingResponseTypes } from '../model/refusing-response-types.js';

/** By variable the values that make a line worth a verdict. To add one: add it here; the byte scanner follows. */
export const refusingValues: ReadonlyMap<ContextVariable, ReadonlySet<string>> = new Map<
  ContextVariable,
  ReadonlySet<string>
>([
  ['status', new Set(['403'])],
  ['error.responseType', refusingResponseTypes],
  ['wafResponseCode', new Set(['WAF_BLOCK'])],
  ['waf.status', new Set(['403'])],
  ['authenticate.status', new Set(['403'])],
  ['authorize.status', new Set(['403'])],
]);

/** True when the line may be a refusal, whatever status the client saw. */
export function mayBeRefused(lookUp: (variable: ContextVariable) => string | null | undefined): boolean {
  for (const [variable, refusing] of refusingValues) {
    const value = lookUp(variable);
    if (value && refusing.has(value)) return true;
  }
  return false;
}
