import { gateLineKinds } from './gate-lines.js';
import { integrationLineKinds } from './integration-lines.js';
import type { LineKind, ReadLine } from './line-kind.js';
import { firstLineOf } from './line-text.js';
import { messageLineKinds, readMessageLine } from './message-lines.js';

/*
 * AWS publishes no list of these lines. Sources: API Gateway developer guide "Set up CloudWatch logging for REST APIs",
 * knowledge center "How do I find API Gateway errors in CloudWatch logs" (L2, L10, L17) and "… mutual TLS 403 errors",
 * and logs that people published since 2016; `grade` says how sure each wording is.
 */

/**
 * Every line kind of REST and WebSocket execution logs. Order matters only among kinds that share a lead.
 * To add one: a member of `ExecutionLine` in model/facts.ts, an entry in the file of its phase, a row in line-kinds.test.ts.
 */
export const lineKinds: readonly LineKind[] = [...gateLineKinds, ...integrationLineKinds, ...messageLineKinds];

/** The first kind whose fixed words stand at `at`; null when no known line begins there. */
export function findLineKind(text: string, at: number): LineKind | null {
  for (const kind of lineKinds) if (text.startsWith(kind.lead, at)) return kind;
  return null;
}

/** What the prefix says of the line: see `Prefix` in layout.ts. */
export interface LineSetting {
  readonly marked: boolean;
  readonly wrapped: boolean;
}

const unknownLine: ReadLine = { line: { kind: 'other', text: '(no known execution-log line)' } };

/**
 * Reads the text behind the prefix; null when it is no execution-log line. A line that bears API Gateway's own mark is
 * one whatever it says: then an unknown wording is `other` and its words are not kept.
 */
export function readExecutionLine(text: string, { marked, wrapped }: LineSetting): ReadLine | null {
  const whole = text.trimStart();
  const input = { first: firstLineOf(whole), whole, wrapped };
  for (const kind of lineKinds) {
    if (!whole.startsWith(kind.lead) || (kind.needsPrefix && !wrapped)) continue;
    const found = kind.read(input);
    if (found) return found;
  }
  return marked ? (readMessageLine(whole) ?? unknownLine) : null;
}
