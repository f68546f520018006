import { sha256 } from '@noble/hashes/sha2.js';

/** What an event id is made of. Api, stage and time are no part of it: they can be learned later, the id never changes. */
export type EventIdentity =
  | { readonly extendedRequestId: string }
  | {
      /** Raw text of the log entry that a request without an extended id begins with. */
      readonly firstLine: string;
      readonly cloudWatchEventId: string | null;
      /** Sets equal lines apart: how many equal lines came before in the counting unit; 0 with a CloudWatch event id. */
      readonly ordinal: number;
    };

/** 32 hex digits. `x:` and `l:` keep an id that looks like a line from meeting a line that looks like an id. */
export function eventIdOf(identity: EventIdentity): string {
  if ('extendedRequestId' in identity) return hashText(`x:${identity.extendedRequestId}`);
  const { firstLine, cloudWatchEventId, ordinal } = identity;
  const event = cloudWatchEventId === null ? '' : `@${cloudWatchEventId.replaceAll('\n', ' ')}`;
  return hashText(`l:${firstLine}\n${event}#${ordinal}`);
}

/** First half of the text's SHA-256 as 32 hex digits. */
export function hashText(text: string): string {
  const digest = sha256(new TextEncoder().encode(text));
  // In one piece: adding up digits would leave a tree of strings behind each id, and ids are held by the hundred thousand.
  const digits: number[] = [];
  for (const byte of digest.subarray(0, 16)) digits.push(hexDigit(byte >> 4), hexDigit(byte & 15));
  return String.fromCharCode(...digits);
}

const hexDigit = (value: number): number => value + (value < 10 ? 0x30 : 0x57);
