/** ISO 8601, UTC, milliseconds. Log text can name times that no calendar has; such a time is as good as none: null. */
export function isoTime(timeMs: number | null): string | null {
  if (timeMs === null) return null;
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
