import { ApiError } from './errors/api-error.js';
import { excerpt } from './errors/excerpt.js';

/** A place among events: a time and the event at it. */
export interface Cursor {
  readonly ms: number;
  readonly eventId: string;
}

// 1772368200250.0f3c… : readable, yet nothing to build on
const cursorPattern = /^(\d{1,15})\.([0-9A-Za-z_-]{0,64})$/;

export const writeCursor = ({ ms, eventId }: Cursor): string => `${ms}.${eventId}`;

export function readCursor(text: string, where: string): Cursor {
  const parts = cursorPattern.exec(text);
  if (parts === null) {
    throw new ApiError('cursor_invalid', `${where}: expected a cursor as this service gave it, came ${excerpt(text)}.`);
  }
  return { ms: Number(parts[1]), eventId: parts[2] as string };
}
