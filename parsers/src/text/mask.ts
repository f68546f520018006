/**
 * AWS's own masking of key values in execution logs: asterisks of the original length with the last six characters
 * left, which is what matching a key needs. Values too short to spare six characters are masked whole.
 */
export function maskSecret(value: string): string {
  const shown = value.length >= 16 ? 6 : 0;
  return '*'.repeat(Math.min(value.length - shown, 128)) + value.slice(value.length - shown);
}
