import type { JsonValue } from '../text/lenient-json.js';

/** A member that has to be a text; anything else counts as not there. */
export const text = (value: JsonValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
