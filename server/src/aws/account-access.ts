/** A role that is assumed, with the credentials of the one before it or with the service's own. */
export interface RoleToAssume {
  readonly arn: string;
  /** What the role's trust policy asks for; null = nothing. */
  readonly externalId: string | null;
}

/** How an account is read. */
export interface AccountAccess {
  /** Its 12 digits. */
  readonly account: string;
  readonly regions: readonly string[];
  /** Assumed one after the other; none = the service's own credentials are of this account. */
  readonly roles: readonly RoleToAssume[];
}
