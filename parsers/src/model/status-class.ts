/** What totals tell of the answers; `other` when no status was logged. */
export const statusClasses = ['2xx', '3xx', '403', '4xx', '5xx', 'other'] as const;
export type StatusClass = (typeof statusClasses)[number];
