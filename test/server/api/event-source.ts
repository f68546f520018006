import type { Api } from './start-api.js';
import { bearer } from './start-api.js';

export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly eventId: string; readonly cause: string };
}

export interface Listener {
  readonly status: number;
  /** Resolves with so many events; rejects when the stream ends before. */
  take(count: number): Promise<readonly StreamedEvent[]>;
  /** Resolves with the next comment. */
  nextComment(): Promise<string>;
  /** Resolves when the server has ended the stream. */
  ended(): Promise<void>;
  close(): void;
}

/** A reader of Server-Sent Events, no more than the tests need. */
export async function listen(api: Api, query = '', headers: Record<string, string> = {}): Promise<Listener> {
  const abort = new AbortController();
  const response = await api.fetch(`/api/v1/stream${query}`, {
    headers: { ...bearer('read'), ...headers },
    signal: abort.signal,
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  /** The next block between blank lines; null at the end. */
  const nextBlock = async (): Promise<string | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        return block;
      }
      const { done, value } = await reader.read();
      if (done) return null;
      text += decoder.decode(value, { stream: true });
    }
  };
  return {
    status: response.status,
    async take(count) {
      const events: StreamedEvent[] = [];
      while (events.length < count) {
        const block = await nextBlock();
        if (block === null) throw new Error(`the stream ended after ${events.length} of ${count} events`);
        if (block.includes('\ndata: ') || block.startsWith('data: ')) events.push(readEvent(block));
      }
      return events;
    },
    async nextComment() {
      for (;;) {
        const block = await nextBlock();
        if (block === null) throw new Error('the stream ended');
        if (block.startsWith(':')) return block;
      }
    },
    async ended() {
      while ((await nextBlock()) !== null);
    },
    close: () => abort.abort(),
  };
}

function readEvent(block: string): StreamedEvent {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  );
  return {
    id: fields.get('id') ?? '',
    event: fields.get('event') ?? '',
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
