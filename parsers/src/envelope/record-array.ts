import type { JsonWrapping } from './wrapping.js';

/** `[{…},{…}]`, each element again a record or a wrapping; an array that holds none is part of something else. */
export const recordArray: JsonWrapping = {
  name: 'record-array',
  unwrap(value, sink) {
    if (!Array.isArray(value)) return false;
    if (
      !value.some((element) => sink.isJsonRecord(element) || (typeof element === 'string' && sink.isRecord(element)))
    ) {
      return false;
    }
    for (const element of value) {
      if (typeof element === 'string') sink.lines(element, {});
      else sink.json(element, {});
    }
    return true;
  },
};
