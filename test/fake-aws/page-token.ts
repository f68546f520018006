/** What a token of a listing holds; to clients it is opaque. */
export interface PageToken {
  /** Whatever must be the same in the calls of one listing. */
  readonly scope: string;
  /** Number of the page that the token leads to; the first page, which has no token, is 1. */
  readonly page: number;
  readonly issuedAtMs: number;
  /** Where to go on. */
  readonly at: readonly (string | number)[];
}

export const encodeToken = (token: PageToken): string =>
  Buffer.from(JSON.stringify([token.scope, token.page, token.issuedAtMs, token.at])).toString('base64url');

/** Null when the fake did not issue it. */
export function decodeToken(text: string): PageToken | null {
  try {
    const [scope, page, issuedAtMs, at] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return typeof scope === 'string' && Array.isArray(at) ? { scope, page, issuedAtMs, at } : null;
  } catch {
    return null;
  }
}

export const pageNumberOf = (token: string | undefined): number => (token ? (decodeToken(token)?.page ?? 1) : 1);

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** A page of a list that is kept in memory. Null when the token is not one of this listing. */
export function pageOfList<T>(
  list: readonly T[],
  limit: number,
  token: string | undefined,
  scope: string,
): ListPage<T> | null {
  const from = token === undefined ? { at: [0], page: 1, scope } : decodeToken(token);
  const start = from?.at[0];
  if (from?.scope !== scope || typeof start !== 'number') return null;
  const end = start + limit;
  const next = end < list.length ? encodeToken({ scope, page: from.page + 1, issuedAtMs: 0, at: [end] }) : undefined;
  return { items: list.slice(start, end), next };
}
