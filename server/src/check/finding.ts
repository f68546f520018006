/**
 * What a check can find, closed, so that programs may rely on the words. To add one: a line here, in docs/check.schema.json, and its
 * meaning in docs/check-output.md.
 */
export const findingCodes = [
  'configuration_valid',
  'configuration_invalid',
  'no_aws_source',
  'identity',
  'credentials_missing',
  'credentials_expired',
  'credentials_refused',
  'role_refused',
  'region_refused',
  'unreachable',
  'throttled',
  'unexpected_answer',
  'permissions_complete',
  'permission_missing',
  'stages_found',
  'no_stages',
  'group_missing',
  'group_unreadable',
  'groups_not_tried',
  'groups_found_twice',
  'execution_role_missing',
  'service_unusable',
] as const;

export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  /** `problem`: something is not read until it is mended. `warning`: it is, but less is known than could be. */
  readonly level: 'ok' | 'warning' | 'problem';
  readonly code: FindingCode;
  /** What came, and what to do; may quote names from AWS. */
  readonly sentence: string;
}

export const ok = (code: FindingCode, sentence: string): Finding => ({ level: 'ok', code, sentence });
export const warning = (code: FindingCode, sentence: string): Finding => ({ level: 'warning', code, sentence });
export const problem = (code: FindingCode, sentence: string): Finding => ({ level: 'problem', code, sentence });
