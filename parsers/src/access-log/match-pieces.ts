import { type ContextVariable, contextVariables } from '../model/context-variable.js';
import { addValue, isAbsent } from './access-values.js';
import type { FormatPiece } from './format-pieces.js';
import { addInterval, firstFrom, hasPosition, intersect, onlyPosition, type PositionSet } from './position-set.js';
import { hasShape, runEnd, runStart, type Shape, shapeOf } from './variable-shapes.js';

/** One value of a matched text. `certain`: every way to read the text gives this very value. */
export interface MatchedValue {
  readonly variable: ContextVariable | null;
  readonly value: string;
  readonly certain: boolean;
}

/**
 * Reads a text by its literals and variables; null when it does not fit.
 *
 * All ways to read the text are followed at once: going forward, `ends[i]` holds every position that pieces 0…i can
 * reach; going backward, `starts[i]` keeps of these what leads to the end of the text. A value whose two borders have
 * one position each is the only possible one. So text that a caller smuggled in to look like the rest of a line can
 * make a value uncertain, but cannot make a wrong value look certain. Work is at most `effortPerCharacter` steps for
 * each character; a text that needs more (only made-up ones do) does not fit.
 */
export function matchPieces(pieces: readonly FormatPiece[], text: string): MatchedValue[] | null {
  const effort = new Effort(text.length, pieces.length);
  const reached = reachForward(pieces, text, effort);
  if (reached === null) return null;
  const kept = keepWhatEnds(pieces, text, reached, effort);
  if (kept === null) return null;

  const values: MatchedValue[] = [];
  let at = 0;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as FormatPiece;
    if (piece.kind === 'literal') {
      at += piece.text.length;
      continue;
    }
    const end = shortestEnd(piece.shape, text, at, kept[i + 1] as PositionSet);
    const certain = onlyPosition(kept[i] as PositionSet) >= 0 && onlyPosition(kept[i + 1] as PositionSet) >= 0;
    values.push({ variable: piece.variable, value: text.slice(at, end), certain });
    at = end;
  }
  return values;
}

/** Free text that only describes who called; it may be shown even where it could be cut differently. */
const descriptive: ReadonlySet<ContextVariable> = new Set<ContextVariable>([
  'identity.userAgent',
  'identity.clientCert.issuerDN',
  'identity.clientCert.subjectDN',
  'authorizer.principalId',
]);

/**
 * Takes over what is certain. Describing text needs no certainty, but none is taken that stands beside open text which may
 * hold a secret (an authorizer's context, a message that echoes a header): a cut line moves the border between the two.
 */
export function addMatched(values: Map<ContextVariable, string>, matched: readonly MatchedValue[]): void {
  for (const [i, { variable, value, certain }] of matched.entries()) {
    if (variable === null) continue;
    const shown = descriptive.has(variable) ? isAbsent(value) || !besideSecret(matched, i) : certain;
    if (shown) addValue(values, variable, value);
  }
}

const isSecretText = (v: ContextVariable | null): boolean =>
  v === null || (contextVariables[v] !== 'keep' && shapeOf(v).freedom === 'text');

/** Whether only literals and open texts stand between this text and one that may hold a secret. */
function besideSecret(matched: readonly MatchedValue[], at: number): boolean {
  for (const step of [-1, 1]) {
    for (let i = at + step; i >= 0 && i < matched.length; i += step) {
      const neighbour = (matched[i] as MatchedValue).variable;
      if (isSecretText(neighbour)) return true;
      if (neighbour !== null && shapeOf(neighbour).freedom === 'closed') break;
    }
  }
  return false;
}

const effortPerCharacter = 128;

class Effort {
  private left: number;

  constructor(length: number, pieces: number) {
    this.left = (length + pieces) * effortPerCharacter + 4096;
  }

  /** False once too much was done. */
  spend(steps: number): boolean {
    this.left -= steps;
    return this.left > 0;
  }
}

/** `reached[i]`: positions where piece i can begin; the last entry: positions where the last piece can end. */
function reachForward(pieces: readonly FormatPiece[], text: string, effort: Effort): PositionSet[] | null {
  let current: PositionSet = [0, 0];
  const reached = [current];
  for (const piece of pieces) {
    const next =
      piece.kind === 'literal'
        ? afterLiteral(piece.text, text, current, effort)
        : endsOf(piece.shape, text, current, effort);
    if (next === null || next.length === 0) return null;
    reached.push(next);
    current = next;
  }
  return hasPosition(current, text.length) ? reached : null;
}

function afterLiteral(literal: string, text: string, starts: PositionSet, effort: Effort): PositionSet | null {
  const ends: PositionSet = [];
  for (let i = 0; i < starts.length; i += 2) {
    const from = starts[i] as number;
    const to = starts[i + 1] as number;
    if (from === to) {
      if (text.startsWith(literal, from)) addInterval(ends, from + literal.length, from + literal.length);
      if (!effort.spend(1)) return null;
      continue;
    }
    const window = text.slice(from, to + literal.length);
    for (let at = window.indexOf(literal); at >= 0; at = window.indexOf(literal, at + 1)) {
      addInterval(ends, from + at + literal.length, from + at + literal.length);
      if (!effort.spend(2)) return null;
    }
    if (!effort.spend((to - from) >> 3)) return null;
  }
  return ends;
}

/** Ends of a value that begins at one of `starts`. `-` stands for an absent value of any shape. */
function endsOf(shape: Shape, text: string, starts: PositionSet, effort: Effort): PositionSet | null {
  const ends: number[] = [];
  for (let i = 0; i < starts.length; i += 2) {
    const last = starts[i + 1] as number;
    let from = starts[i] as number;
    while (from <= last) {
      const limit = Math.min(text.length, (shape.form === null ? last : from) + shape.max);
      const run = runEnd(shape, text, from, limit);
      if (!effort.spend(shape.freedom === 'text' ? 1 : run - from + 2)) return null;
      addAbsent(ends, text, from, from + 1);
      if (shape.form === null) {
        // starts from…until lie in one run: together they end anywhere between the shortest first and the longest last
        const until = Math.min(last, run);
        addAbsent(ends, text, until, until + 1);
        if (from + shape.min <= run) ends.push(from + shape.min, Math.min(run, until + shape.max));
        from = until + 1;
      } else {
        for (let end = from + shape.min; end <= run; end++) {
          if (hasShape(shape, text.slice(from, end))) ends.push(end, end);
        }
        if (!effort.spend(Math.max(0, run - from - shape.min))) return null;
        from++;
      }
    }
  }
  return sorted(ends);
}

/** `position` joins the set when the character at `at` is a lone hyphen. */
function addAbsent(set: number[], text: string, at: number, position: number): void {
  if (text.charCodeAt(at) === 0x2d) set.push(position, position);
}

/** Intervals in order, touching ones joined. */
function sorted(pairs: readonly number[]): PositionSet {
  let inOrder = true;
  for (let i = 2; i < pairs.length && inOrder; i += 2) inOrder = (pairs[i] as number) > (pairs[i - 1] as number) + 1;
  if (inOrder) return pairs as PositionSet;
  const intervals: [number, number][] = [];
  for (let i = 0; i < pairs.length; i += 2) intervals.push([pairs[i] as number, pairs[i + 1] as number]);
  intervals.sort((a, b) => a[0] - b[0]);
  const set: PositionSet = [];
  for (const [from, to] of intervals) addInterval(set, from, to);
  return set;
}

/** Of the positions reached, those from which the rest of the text can be read. */
function keepWhatEnds(
  pieces: readonly FormatPiece[],
  text: string,
  reached: PositionSet[],
  effort: Effort,
): PositionSet[] | null {
  const kept = new Array<PositionSet>(reached.length);
  let current: PositionSet = [text.length, text.length];
  kept[pieces.length] = current;
  for (let i = pieces.length - 1; i >= 0; i--) {
    const piece = pieces[i] as FormatPiece;
    const before = reached[i] as PositionSet;
    // every position after a literal was reached by that literal, so its start is simply that much earlier
    const starts =
      piece.kind === 'literal'
        ? current.map((position) => position - piece.text.length)
        : startsOf(piece.shape, text, before, current, effort);
    if (starts === null) return null;
    current = intersect(before, starts);
    kept[i] = current;
  }
  return kept;
}

/** Starts (among `before`) of a value that ends at one of `ends`. */
function startsOf(
  shape: Shape,
  text: string,
  before: PositionSet,
  ends: PositionSet,
  effort: Effort,
): PositionSet | null {
  const starts: number[] = [];
  if (shape.form !== null) {
    for (let i = 0; i < before.length; i += 2) {
      for (let from = before[i] as number; from <= (before[i + 1] as number); from++) {
        if (shortestEnd(shape, text, from, ends) >= 0) starts.push(from, from);
        if (!effort.spend(shape.max)) return null;
      }
    }
    return sorted(starts);
  }
  for (let i = 0; i < ends.length; i += 2) {
    const first = ends[i] as number;
    let to = ends[i + 1] as number;
    while (to >= first) {
      const run = runStart(shape, text, to, Math.max(0, first - shape.max));
      const until = Math.max(first, run);
      if (!effort.spend(shape.freedom === 'text' ? 1 : to - run + 2)) return null;
      addAbsent(starts, text, to - 1, to - 1);
      addAbsent(starts, text, until - 1, until - 1);
      const from = Math.max(run, until - shape.max);
      if (from <= to - shape.min) starts.push(from, to - shape.min);
      to = until - 1;
    }
  }
  return sorted(starts);
}

/** End of the shortest value from `at` that ends in `ends`; -1 when none fits. */
function shortestEnd(shape: Shape, text: string, at: number, ends: PositionSet): number {
  if (text.charCodeAt(at) === 0x2d && hasPosition(ends, at + 1)) return at + 1;
  if (shape.form === null) {
    const end = firstFrom(ends, at + shape.min);
    if (end < 0 || end - at > shape.max) return -1;
    return shape.freedom === 'text' || runEnd(shape, text, at, end) === end ? end : -1;
  }
  const limit = Math.min(text.length, at + shape.max);
  for (let end = firstFrom(ends, at + shape.min); end >= 0 && end <= limit; end = firstFrom(ends, end + 1)) {
    if (hasShape(shape, text.slice(at, end))) return end;
  }
  return -1;
}
