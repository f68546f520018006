import { hashText } from '../assemble/event-id.js';
import type { Facts } from '../model/index.js';

/**
 * Names a fact by what it says. Not by where it stood (place, log group, line number): the same line out of another
 * wrapping is the same fact. `lineId` sets apart lines that say the same without an extended id of their own.
 */
export function factIdOf(facts: Facts, timeMs: number, lineId: string | null): string {
  return hashText(`f:${JSON.stringify([facts.kind, facts.ids, timeMs, contentOf(facts), lineId])}`);
}

function contentOf(facts: Facts): unknown {
  if (facts.kind === 'execution') return facts.line;
  if (facts.kind === 'access') {
    // Templates may differ in the order of their variables.
    const values = Object.entries(facts.values).sort(([a], [b]) => (a < b ? -1 : 1));
    return [values, facts.message, ...(facts.messageGuessed ? ['guessed'] : [])];
  }
  const { kind: _kind, ids: _ids, place: _place, timeMs: _timeMs, ...content } = facts;
  return content;
}
