import { createHash, timingSafeEqual } from 'node:crypto';

/** `admin` may do both, and have past ranges read. */
export const roles = ['read', 'ingest', 'admin'] as const;
export type Role = (typeof roles)[number];

/** What the configuration knows of a token; two entries of one id may be valid while it is rotated. */
export interface ConfiguredToken {
  readonly role: Role;
  readonly id: string;
  /** Of the whole token, 64 hex digits. */
  readonly sha256: string;
  /** Firehose streams whose key it is, and nothing else; null or missing: bound to none. */
  readonly sourceArns?: readonly string[] | null;
}

export interface ParsedToken {
  readonly role: Role;
  readonly id: string;
  readonly secret: string;
}

export interface CreatedToken extends Omit<ConfiguredToken, 'sourceArns'> {
  /** Shown once, stored nowhere. */
  readonly token: string;
}

/** The name of a token: no underscore, so that a token has one reading only. */
export const tokenIdPattern = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

// w403_read_grafana_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
const tokenPattern = /^w403_(read|ingest|admin)_([a-z0-9-]{1,32})_([A-Za-z0-9_-]{43})$/;

const secretBytes = 32;

/** `randomBytes` gives that many unpredictable bytes. */
export function createToken(role: Role, id: string, randomBytes: (size: number) => Uint8Array): CreatedToken {
  if (!tokenIdPattern.test(id)) throw new RangeError('a token id is 1 to 32 of a-z, 0-9 and -, with no - at its ends');
  const secret = Buffer.from(randomBytes(secretBytes));
  if (secret.length !== secretBytes) throw new RangeError(`a token needs ${secretBytes} random bytes`);
  const token = `w403_${role}_${id}_${secret.toString('base64url')}`;
  return { role, id, token, sha256: hashToken(token) };
}

/** null if the text is not of the form of a token; says nothing about its being known. */
export function parseToken(text: string): ParsedToken | null {
  const parts = tokenPattern.exec(text);
  if (parts === null) return null;
  const [, role, id, secret] = parts as unknown as [string, Role, string, string];
  return tokenIdPattern.test(id) ? { role, id, secret } : null;
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Takes the same time whichever entry matches, or none. */
export function findToken(tokens: readonly ConfiguredToken[], presented: string): ConfiguredToken | null {
  const digest = createHash('sha256').update(presented).digest();
  let found: ConfiguredToken | null = null;
  for (const known of tokens) {
    const expected = Buffer.from(known.sha256, 'hex');
    const same = timingSafeEqual(digest, expected.length === digest.length ? expected : Buffer.alloc(digest.length));
    if (same && expected.length === digest.length) found = known;
  }
  return found;
}
