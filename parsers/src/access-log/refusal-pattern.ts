import type { ContextVariable } from '../model/context-variable.js';
import type { FormatPiece } from './format-pieces.js';
import { refusingValues } from './refusal.js';
import type { AccessLogTemplate } from './template.js';

/** What CloudWatch Logs is asked for, so that it hands out a stage's refusals only. */
export interface RefusalPattern {
  /** For FilterLogEvents, subscriptions and metric filters. */
  readonly pattern: string;
  /** Refusals that it leaves out, a sentence each. */
  readonly misses: readonly string[];
}

/** AWS takes no longer one. */
const maxLength = 1024;
/** So much of the text before a variable keeps what callers send from looking like it. */
const maxAnchor = 32;

/**
 * A pattern that every line of this format matches which may be a refusal; of other lines as few as possible. null where it cannot be
 * made: the status, or all that tells of a refusal, touches another variable, or the pattern would be too long for AWS.
 *
 * `{"status":"$context.status","ip":…}` → `?"\"status\":\"403\""`
 *
 * It looks for the values between the constant text that surrounds them, whatever the rest of the line is. JSON selectors
 * (`{ $.status = 403 }`) match nothing in a line that is no JSON, as a bare `-` makes it, which stands for each latency of a request
 * that was refused. Columns (`[ip, status=403]`) are displaced by a quotation mark in a user agent, so callers could hide.
 */
export function refusalPattern(template: AccessLogTemplate): RefusalPattern | null {
  const present = [...refusingValues.keys()].filter((variable) => template.variables.includes(variable));
  const places = new Map<ContextVariable, Place>();
  for (const variable of present) {
    const place = placeOf(template.pieces, variable);
    if (place !== null) places.set(variable, place);
  }
  if (places.size === 0 || (present.includes('status') && !places.has('status'))) return null;
  const pattern = [places, withShortAnchors(places)].map(patternOf).find(({ length }) => length <= maxLength);
  if (pattern === undefined) return null;
  const misses = present
    .filter((variable) => !places.has(variable))
    .map((variable) => `Refusals that only $context.${variable} tells of: it touches another variable in the format.`);
  return { pattern, misses };
}

/** The constant text on both sides; empty at an end of the line. */
interface Place {
  readonly before: string;
  readonly after: string;
}

function placeOf(pieces: readonly FormatPiece[], variable: ContextVariable): Place | null {
  for (const [i, piece] of pieces.entries()) {
    if (piece.kind !== 'variable' || piece.variable !== variable) continue;
    const [left, right] = [pieces[i - 1] ?? lineEnd, pieces[i + 1] ?? lineEnd];
    if (left.kind !== 'literal' || right.kind !== 'literal') continue;
    return { before: anchorBefore(left.text), after: plainStart.exec(right.text)?.[0] ?? '' };
  }
  return null;
}

const lineEnd = { kind: 'literal', text: '' } as const;

/** Whole words only, since AWS does not say whether a term fits in the middle of one. */
function anchorBefore(text: string): string {
  const plain = plainEnd.exec(text.slice(-maxAnchor - 1))?.[0] ?? '';
  return plain.length <= maxAnchor ? plain : plain.replace(/^(?:\w+(?=\W)|\W)/, '');
}

// Printable ASCII without the backslash, which would have to be escaped twice.
const plainEnd = /[ -[\]-~]*$/;
/** As far as the word goes and one character beyond it. */
const plainStart = /^\w*[ -/:-@[\]-^`{-~]?/;

function withShortAnchors(places: ReadonlyMap<ContextVariable, Place>): ReadonlyMap<ContextVariable, Place> {
  return new Map(
    [...places].map(([variable, { before, after }]) => [
      variable,
      { before: /\W?\w*$/.exec(before)?.[0] ?? before, after },
    ]),
  );
}

/** Any of the terms will do. */
function patternOf(places: ReadonlyMap<ContextVariable, Place>): string {
  const terms = [...places].flatMap(([variable, { before, after }]) =>
    [...(refusingValues.get(variable) ?? [])].map((value) => `?${quoted(`${before}${value}${after}`)}`),
  );
  return [...new Set(terms)].join(' ');
}

const quoted = (text: string): string => `"${text.replaceAll('"', '\\"')}"`;
