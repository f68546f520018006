import type { Request, Response } from 'express';
import { z } from 'zod';
import type { EventFilter } from '../../query/query.js';
import type { StoredEvent } from '../../store/event-store.js';
import { jsonText } from '../../text/json-text.js';
import { pause } from '../../time/pause.js';
import { type Cursor, readCursor, writeCursor } from '../cursor.js';
import type { ApiDeps } from '../deps.js';
import { ApiError } from '../errors/api-error.js';
import { toProblem } from '../errors/problem.js';
import { toApiError } from '../errors/to-api-error.js';
import { causeMap } from '../explanation.js';
import { defineOperation, type Operation } from '../operation.js';
import { toEventRow } from '../schemas/event.js';
import { filterShape, toFilter } from '../schemas/filter.js';
import { toSample } from '../schemas/sample.js';

/** Events of one look at the store. */
const batchSize = 500;

/**
 * Rows are dated before they wait for their place in the store and are written, which takes long now and then: what was overtaken
 * in that time is found by looking back.
 */
const lookBackMs = 90_000;
const lookBackEveryMs = 10_000;

export function createStreamOperations(deps: ApiDeps): readonly Operation[] {
  const { limits, nowMs, shutdown } = deps;
  const causes = causeMap(deps.engine.causeCatalogue);
  let open = 0;
  return [
    defineOperation({
      id: 'streamEvents',
      method: 'get',
      path: '/api/v1/stream',
      access: 'read',
      tag: 'Answers',
      summary: 'New refused requests as they are stored',
      description:
        'Server-Sent Events. Each `event: refused` has an Event (or Sample) as JSON in `data` and a cursor in `id`; send the last one as `Last-Event-ID` (browsers do) and nothing is missed in between. What took long to be stored comes late, with the cursor of the event before it. Without it the stream begins now. An event whose verdict is improved by later evidence comes again, with the same `eventId`. Comments keep the connection open. A client that does not read is dropped.',
      query: z.strictObject({
        as: z.enum(['events', 'samples']).optional().meta({
          description: 'What `data` is: an Event, or a Sample as `/api/v1/samples` has it. Default `events`.',
        }),
        ...filterShape,
      }),
      headers: z.strictObject({
        'Last-Event-ID': z
          .string()
          .max(128)
          .optional()
          .meta({ description: '`id` of the last event received.', param: { example: '1772366417000.' } }),
      }),
      answer: {
        description: 'Events without end.',
        contentType: 'text/event-stream',
        schema: z
          .string()
          .meta({ description: '`id`, `event: refused` and `data` (an Event or a Sample as JSON) for each.' }),
      },
      errors: ['cursor_invalid', 'streams_busy', 'store_unavailable'],
      examples: [
        { name: 'waf', summary: 'What WAF blocks from now on', query: [['cause', 'waf_blocked']] },
        { name: 'samples', summary: 'Whatever is refused from now on, as log lines', query: [['as', 'samples']] },
      ],
      async run({ req, res, query, headers }) {
        const last = headers['Last-Event-ID'];
        const start =
          last === undefined || last === ''
            ? { ms: Math.floor(nowMs()) - limits.streamDelayMs, eventId: '' }
            : readCursor(last, 'header Last-Event-ID');
        if (open >= limits.openStreams || shutdown.aborted) {
          throw new ApiError('streams_busy', `${open} streams are open, which is the limit.`, {
            retryAfterSeconds: 15,
          });
        }
        open++;
        try {
          const toData = query.as === 'samples' ? (event: StoredEvent) => toSample(event, causes) : toEventRow;
          await new EventStream(deps, req, res, toFilter(query), toData).run(start);
        } finally {
          open--;
        }
        return undefined;
      },
    }),
  ];
}

class EventStream {
  private readonly deps: ApiDeps;
  private readonly req: Request;
  private readonly res: Response;
  private readonly filter: EventFilter;
  private readonly toData: (event: StoredEvent) => unknown;
  /** Events sent or passed over, by id and time of writing, as long as a look back can meet them. */
  private readonly seen = new Map<string, number>();
  /** Client gone, dropped, or the service stops. */
  private readonly ended: AbortSignal;

  constructor(
    deps: ApiDeps,
    req: Request,
    res: Response,
    filter: EventFilter,
    toData: (event: StoredEvent) => unknown,
  ) {
    this.deps = deps;
    this.req = req;
    this.res = res;
    this.filter = filter;
    this.toData = toData;
    const closed = new AbortController();
    res.once('close', () => closed.abort());
    res.once('error', () => closed.abort());
    this.ended = AbortSignal.any([closed.signal, deps.shutdown]);
  }

  async run(start: Cursor): Promise<void> {
    const { res, req, ended } = this;
    const { limits } = this.deps;
    res.status(200).set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
    res.flushHeaders();
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    this.write('retry: 3000\n\n');
    const heartbeat = setInterval(() => {
      // What waits to be read keeps the connection open as well.
      if (res.writableLength === 0) this.write(': still here\n\n');
    }, limits.streamHeartbeatMs);
    try {
      let cursor = start;
      let lookedBackMs = this.deps.nowMs();
      while (!ended.aborted) {
        const next = await this.sendNew(cursor, cursor);
        cursor = next.cursor;
        // A full batch: there is more.
        if (next.read === batchSize) continue;
        if (this.deps.nowMs() - lookedBackMs >= lookBackEveryMs) {
          lookedBackMs = this.deps.nowMs();
          await this.lookBack(start, cursor);
        }
        await pause(limits.streamPollMs, ended);
      }
    } finally {
      clearInterval(heartbeat);
      if (!res.destroyed) res.end();
    }
  }

  /** Sends what was written before the cursor and could not be seen then. */
  private async lookBack(start: Cursor, cursor: Cursor): Promise<void> {
    const fromMs = Math.max(start.ms, cursor.ms - lookBackMs);
    for (const [key, writtenAtMs] of this.seen) if (writtenAtMs < fromMs) this.seen.delete(key);
    let at: Cursor = { ms: fromMs, eventId: '' };
    for (let read = batchSize; read === batchSize && !this.ended.aborted; ) {
      const next = await this.sendNew(at, cursor);
      if (next.cursor === at || next.cursor.ms > cursor.ms) return;
      at = next.cursor;
      read = next.read;
    }
  }

  /** Reads on from `at`. What stands before `shown` is sent under that cursor, so that a client never goes back. */
  private async sendNew(at: Cursor, shown: Cursor): Promise<{ readonly read: number; readonly cursor: Cursor }> {
    const { store, telemetry, nowMs, limits } = this.deps;
    const settledMs = nowMs() - limits.streamDelayMs;
    let cursor = at;
    let read = 0;
    try {
      const events = await store.readNewEvents({
        afterMs: at.ms,
        afterEventId: at.eventId,
        filter: this.filter,
        limit: batchSize,
      });
      for (const event of events) {
        // What is written now may still be overtaken by an insert that began earlier.
        if (event.writtenAtMs > settledMs || this.ended.aborted) break;
        cursor = { ms: event.writtenAtMs, eventId: event.eventId };
        read++;
        const key = `${event.writtenAtMs} ${event.eventId}`;
        if (this.seen.has(key)) continue;
        this.seen.set(key, event.writtenAtMs);
        const id = writeCursor(cursor.ms < shown.ms ? shown : cursor);
        this.write(`id: ${id}\nevent: refused\ndata: ${jsonText(this.toData(event))}\n\n`);
        await this.keepPace();
      }
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code === 'internal_error') telemetry.defect({ where: 'api /api/v1/stream', error: error.cause });
      // The store is away for a while: the stream waits with it, and says so.
      this.write(`event: problem\ndata: ${jsonText(toProblem(error))}\n\n`);
    }
    return { read, cursor };
  }

  private write(text: string): void {
    const { res } = this;
    if (!res.writableEnded && !res.destroyed) res.write(text);
  }

  /** Holds no more for a client than allowed: waits until it has read what was sent, and drops one that does not. */
  private async keepPace(): Promise<void> {
    const { res, ended } = this;
    const { streamBufferBytes, streamStallMs } = this.deps.limits;
    if (res.writableLength <= streamBufferBytes || ended.aborted) return;
    const drained = new AbortController();
    const onDrain = () => drained.abort();
    res.once('drain', onDrain);
    await pause(streamStallMs, AbortSignal.any([drained.signal, ended]));
    res.removeListener('drain', onDrain);
    if (!drained.signal.aborted && !ended.aborted) res.destroy();
  }
}
