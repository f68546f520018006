import type { RefusedRow } from './event-store.js';
import { dateTime64, readVersion, versionOf } from './stored-values.js';

/** Text columns of `refused` and what they are called in a row. */
const textColumns = {
  account: 'account',
  region: 'region',
  api_id: 'apiId',
  stage: 'stage',
  event_id: 'eventId',
  counted_from: 'countedFrom',
  route: 'route',
  method: 'method',
  cause: 'cause',
  group: 'group',
  detail: 'detail',
  confidence: 'confidence',
  culprit_kind: 'culpritKind',
  culprit: 'culprit',
  source_ip: 'sourceIp',
  principal: 'principal',
  api_key_id: 'apiKeyId',
  user_agent: 'userAgent',
  path: 'path',
  request_id: 'requestId',
  extended_request_id: 'extendedRequestId',
  reason: 'reason',
  decided_by: 'decidedBy',
} as const satisfies Record<string, keyof RefusedRow>;

const textEntries = Object.entries(textColumns);

/** What to select for `refusedRowOf`. */
export const refusedColumnsSql = [
  'toUnixTimestamp64Milli(ts) AS ts_ms',
  'toString(version) AS version_text',
  'cancelled',
  'status',
  ...Object.keys(textColumns).map((column) => `\`${column}\``),
].join(', ');

export type RefusedColumns = Readonly<Record<keyof typeof textColumns, string>> & {
  readonly ts_ms: number | string;
  readonly version_text: string;
  readonly cancelled: number;
  readonly status: number;
};

export function refusedRowOf(columns: RefusedColumns): RefusedRow {
  const texts = Object.fromEntries(
    textEntries.map(([column, key]) => [key, columns[column as keyof typeof textColumns]]),
  );
  return {
    ...texts,
    tsMs: Number(columns.ts_ms),
    ...readVersion(columns.version_text),
    cancelled: columns.cancelled !== 0,
    status: columns.status,
    // Written from rows of this type, column by column.
  } as unknown as RefusedRow;
}

/** `writtenAt` as the column has it. */
export function refusedColumnsOf(row: RefusedRow, writtenAt: string): Readonly<Record<string, unknown>> {
  const columns: Record<string, unknown> = {
    ts: dateTime64(row.tsMs),
    version: versionOf(row.facts, row.ruleSet),
    cancelled: row.cancelled ? 1 : 0,
    status: row.status,
    written_at: writtenAt,
  };
  for (const [column, key] of textEntries) columns[column] = row[key];
  return columns;
}
