import type { JsonObject, JsonValue } from './lenient-json.js';

/** A member of its own, never one of the prototype's: `{}` has no `constructor`. */
export const ownMember = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;
