import type { UnitContent, UnitReader, UnreadLine } from '@why403/parsers';
import type { BudgetShare } from './byte-budget.js';
import type { Delivery } from './counting-unit.js';
import { readPieces } from './read-unit.js';

export interface ReadUnit {
  readonly id: string;
  readonly content: UnitContent;
}

/** Units that are written together: enough to spare statements, few enough to hold what they say. */
const unitsTogether = 500;
const bytesTogether = 8 * 1024 * 1024;

/** Groups of units that were read; whoever asks for the next one has stored the one before. The unit of all else comes last. */
export async function* readDelivery(
  { id, parts }: Delivery,
  openReader: () => UnitReader,
  budget: BudgetShare,
): AsyncGenerator<readonly ReadUnit[]> {
  const rest = openReader();
  const unread = new NotOpened();
  let hasRest = false;
  let group = new Map<string, ReadUnit>();
  let bytes = 0;
  for await (const part of parts) {
    if (part.kind === 'unread') {
      unread.add(part.unread);
      continue;
    }
    await budget.take(part.bytes.length);
    if (part.kind === 'bytes') {
      hasRest = true;
      await readPieces(rest, part.bytes);
      continue;
    }
    const reader = openReader();
    await readPieces(reader, part.bytes);
    bytes += part.bytes.length;
    const read = reader.end();
    const content = part.evidenceOnly === true ? { ...read, counts: [] } : read;
    const known = group.get(part.id);
    if (known === undefined || known.content.bytes < content.bytes) group.set(part.id, { id: part.id, content });
    if (group.size < unitsTogether && bytes < bytesTogether) continue;
    yield [...group.values()];
    budget.giveBack(bytes);
    group = new Map();
    bytes = 0;
  }
  if (hasRest || unread.some) group.set(id, { id, content: unread.addedTo(rest.end()) });
  if (group.size > 0) yield [...group.values()];
}

/** As many of one reason as the reader of a unit keeps. */
const maxKept = 100;

class NotOpened {
  private readonly kept: UnreadLine[] = [];
  private readonly counts: Record<string, number> = {};
  private count = 0;

  get some(): boolean {
    return this.count > 0;
  }

  add(line: UnreadLine): void {
    this.count++;
    const ofReason = (this.counts[line.reason] ?? 0) + 1;
    this.counts[line.reason] = ofReason;
    if (ofReason <= maxKept) this.kept.push(line);
  }

  addedTo(content: UnitContent): UnitContent {
    if (!this.some) return content;
    const rejected: Record<string, number> = { ...content.rejected };
    for (const [reason, count] of Object.entries(this.counts)) rejected[reason] = (rejected[reason] ?? 0) + count;
    return { ...content, lines: content.lines + this.count, unread: [...content.unread, ...this.kept], rejected };
  }
}
