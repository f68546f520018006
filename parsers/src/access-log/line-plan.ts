import type { ContextVariable } from '../model/context-variable.js';
import type { FormatPiece } from './format-pieces.js';
import type { JsonPiece } from './json-layout.js';
import { refusingValues } from './refusal.js';
import type { AccessLogTemplate } from './template.js';

/** Variables that a scan needs of each line, in the order of their places in the table of offsets. */
export const scannedVariables: readonly ContextVariable[] = [
  'status',
  'requestTimeEpoch',
  'requestTime',
  'accountId',
  'apiId',
  'domainName',
  'stage',
  'httpMethod',
  'resourcePath',
  'routeKey',
  ...[...refusingValues.keys()].filter((variable) => variable !== 'status'),
];

/** One literal (`literal` set) or one value of a line. */
export interface PlanStep {
  /** Bytes that must stand here; null for a value. */
  readonly literal: Uint8Array | null;
  /** `string`: to the next quote; `bare`: a JSON word, or a string; `run`: while `ends` has 0 for the byte. */
  readonly until: 'string' | 'bare' | 'run';
  /** 1 for each byte that ends the value. */
  readonly ends: Uint8Array;
  readonly min: number;
  readonly max: number;
  readonly isTime: boolean;
  /** Place in `scannedVariables`; -1 when the value is only passed over. */
  readonly place: number;
}

/**
 * A way to walk a line's bytes by the template that gives the same values as `template.parse` whenever it reaches the
 * end of the line; null when the template leaves open where a value ends. A line that the walk does not fit (escapes,
 * quotes inside values, another layout) is parsed as text instead.
 */
export function compileLinePlan(template: AccessLogTemplate): readonly PlanStep[] | null {
  if (template.trimmed) return null;
  const steps = template.layout === null ? textSteps(template.pieces) : jsonSteps(template.layout.pieces);
  if (steps === null) return null;
  const places = steps.filter((step) => step.place >= 0).map((step) => step.place);
  return new Set(places).size === places.length ? steps : null;
}

const hyphen = 0x2d;

const noEnds = new Uint8Array(256);

const literalStep = (text: string): PlanStep => ({
  literal: new TextEncoder().encode(text),
  until: 'run',
  ends: noEnds,
  min: 0,
  max: 0,
  isTime: false,
  place: -1,
});

const placeOf = (variable: ContextVariable | null): number =>
  variable === null ? -1 : scannedVariables.indexOf(variable);

/** Bytes that end a JSON value without quotes. */
export const bareValueEnds: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= 0x20 || byte === 0x22 || byte === 0x2c || byte === 0x5d || byte === 0x7d ? 1 : 0,
);

function jsonSteps(pieces: readonly JsonPiece[]): PlanStep[] | null {
  const ends = bareValueEnds;
  const steps: PlanStep[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'literal') {
      steps.push(literalStep(piece.text));
      continue;
    }
    const [only] = piece.pieces;
    if (piece.pieces.length !== 1 || only?.kind !== 'variable') return null;
    steps.push({
      literal: null,
      until: piece.quoted ? 'string' : 'bare',
      ends,
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      isTime: false,
      place: placeOf(only.variable),
    });
  }
  return steps;
}

/**
 * In text a value's end is certain when the byte after it cannot stand in the value. Free text has no such byte; it is
 * certain too if the byte that ends it stands nowhere in any value of the line, which the walk sees as it goes.
 */
function textSteps(pieces: readonly FormatPiece[]): PlanStep[] | null {
  const forbidden = new Uint8Array(256);
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as FormatPiece;
    const next = pieces[i + 1];
    if (piece.kind !== 'variable') continue;
    if (next?.kind === 'variable') return null;
    if (piece.shape.freedom === 'text' && next !== undefined) forbidden[firstByte(next.text)] = 1;
  }
  // a lone hyphen is a value of any shape
  if (forbidden[hyphen] === 1) return null;
  const steps: PlanStep[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as FormatPiece;
    if (piece.kind === 'literal') {
      steps.push(literalStep(piece.text));
      continue;
    }
    const { shape, variable } = piece;
    const isTime = variable === 'requestTime';
    if (shape.form !== null && !isTime) return null;
    const ends = forbidden.slice();
    if (shape.freedom !== 'text') {
      for (let c = 0; c < 128; c++) {
        // a byte that may stand in this value and would end a free text elsewhere leaves both open
        if (shape.ascii[c] === 1 && forbidden[c] === 1) return null;
        if (shape.ascii[c] === 0) ends[c] = 1;
      }
      if (!shape.nonAscii) ends.fill(1, 128);
    }
    const next = pieces[i + 1];
    if (next?.kind === 'literal' && ends[firstByte(next.text)] !== 1) return null;
    steps.push({ literal: null, until: 'run', ends, min: shape.min, max: shape.max, isTime, place: placeOf(variable) });
  }
  return steps;
}

const firstByte = (text: string): number => new TextEncoder().encode(text.slice(0, 2))[0] as number;
