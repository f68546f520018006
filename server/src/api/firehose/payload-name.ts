import { createHash } from 'node:crypto';

/** A payload of a CloudWatch Logs subscription. */
export interface NamedPayload {
  /** Of its counting unit. */
  readonly id: string;
  readonly owner: string;
  readonly logGroup: string;
  /** Of its events, ms; null when none tells. */
  readonly firstMs: number | null;
}

/**
 * The counting unit of a CloudWatch subscription payload, named by what makes it one: whose events it holds. CloudWatch Logs delivers
 * at least once, so the same payload may come in two requests and by two streams. `control` asks only whether someone listens;
 * null: the value is something else, or its events have no ids.
 */
export function namePayload(json: string): NamedPayload | 'control' | null {
  const payload = parse(json);
  if (payload === null) return null;
  const { messageType, owner, logGroup, logStream, logEvents } = payload;
  if (messageType === 'CONTROL_MESSAGE') return 'control';
  if (messageType !== 'DATA_MESSAGE' || !Array.isArray(logEvents) || logEvents.length === 0) return null;
  const ids = logEvents.map((event: unknown) => (isObject(event) ? event['id'] : null));
  if (!ids.every((id) => typeof id === 'string' && id !== '')) return null;
  const hash = createHash('sha256')
    .update(JSON.stringify([owner, logGroup, logStream, ids]))
    .digest('hex');
  const firstMs = earliestOf(logEvents);
  return { id: `cwl-payload:${hash.slice(0, 32)}`, owner: String(owner), logGroup: String(logGroup), firstMs };
}

/** There may be more of them than a call takes arguments. */
function earliestOf(events: readonly { readonly timestamp?: unknown }[]): number | null {
  let firstMs = Number.POSITIVE_INFINITY;
  for (const { timestamp } of events) {
    if (typeof timestamp !== 'number') return null;
    if (timestamp < firstMs) firstMs = timestamp;
  }
  return firstMs;
}

interface Payload {
  readonly messageType?: unknown;
  readonly owner?: unknown;
  readonly logGroup?: unknown;
  readonly logStream?: unknown;
  readonly logEvents?: unknown;
}

function parse(json: string): Payload | null {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
