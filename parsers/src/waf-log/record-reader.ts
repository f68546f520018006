import { ownMember } from '../text/json-members.js';
import { isJsonObject, type JsonObject } from '../text/lenient-json.js';

// Reading of untrusted JSON: own members only, of the expected type, bounded, of the expected shape.

export const objectAt = (object: JsonObject, key: string): JsonObject | null => {
  const value = ownMember(object, key);
  return isJsonObject(value) ? value : null;
};

/** The objects of a list, at most `limit`. */
export const objectsAt = (object: JsonObject, key: string, limit: number): readonly JsonObject[] => {
  const value = ownMember(object, key);
  return Array.isArray(value) ? value.slice(0, limit).filter(isJsonObject) : [];
};

export const stringsAt = (object: JsonObject, key: string, limit: number, pattern: RegExp): readonly string[] => {
  const value = ownMember(object, key);
  if (!Array.isArray(value)) return [];
  return value.slice(0, limit).filter((v): v is string => typeof v === 'string' && pattern.test(v));
};

/** The string when it has the field's shape; a redacted, placeholder or odd value is null. */
export const textAt = (object: JsonObject, key: string, pattern: RegExp): string | null => {
  const value = ownMember(object, key);
  return typeof value === 'string' && value !== 'REDACTED' && pattern.test(value) ? value : null;
};

/** A whole number, also when it was written as a string (`"120"`). */
export const numberAt = (object: JsonObject, key: string): number | null => {
  const value = ownMember(object, key);
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
};
