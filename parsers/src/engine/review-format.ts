import type { FormatPiece } from '../access-log/index.js';
import {
  type AccessLogTemplate,
  compileAccessLogFormat,
  type LoggedApiKind,
  missingCauseVariables,
  type RecommendedFormat,
  recommendFormat,
} from '../access-log/index.js';
import { accept, type Cause, type Confidence, type ContextVariable, type ParseResult } from '../model/index.js';
import { explainText } from './explain.js';
import { type SpecimenRefusal, specimenRefusals } from './specimen-refusals.js';

/** What one cause looks like in a format. */
export interface CauseInFormat {
  readonly cause: Cause;
  /** How sure a verdict is that names this cause; null: lines of it are taken for another one, or for none. */
  readonly now: Confidence | null;
  /** The same by the recommended format. */
  readonly recommended: Confidence | null;
}

export interface FormatReview {
  /** What it lacks, most telling first. */
  readonly missing: readonly ContextVariable[];
  /** null: it lacks nothing. */
  readonly recommended: RecommendedFormat | null;
  /** Every cause that an access log of this kind of API can show. */
  readonly causes: readonly CauseInFormat[];
}

/**
 * What refusals of a stage can be told apart by its access-log format alone, found by writing a refusal of each cause in it and judging the
 * line. `format` null: access logging is off. Fails if the format is none.
 */
export function reviewAccessLogFormat(format: string | null, apiKind: LoggedApiKind): ParseResult<FormatReview> {
  const compiled = format === null ? null : compileAccessLogFormat(format);
  if (compiled !== null && !compiled.ok) return compiled;
  const given = compiled?.value ?? null;
  const recommended = recommendFormat(given, apiKind);
  const better = recommended === null ? null : compileAccessLogFormat(recommended.format);
  return accept({
    missing: missingCauseVariables(given?.variables ?? [], apiKind),
    recommended,
    causes: specimenRefusals[apiKind].map((specimen) => {
      const now = given === null ? null : confidenceIn(given, specimen);
      return {
        cause: specimen.cause,
        now,
        recommended: better?.ok ? confidenceIn(better.value, specimen) : now,
      };
    }),
  });
}

function confidenceIn(template: AccessLogTemplate, { cause, values }: SpecimenRefusal): Confidence | null {
  const line = writeLine(template, values);
  const [request] = explainText(line, {
    accessLogFormat: template.source,
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
  }).requests;
  return request?.verdict.cause === cause ? request.verdict.confidence : null;
}

/** The line that API Gateway would write. */
function writeLine({ kind, pieces }: AccessLogTemplate, values: SpecimenRefusal['values']): string {
  const write = (piece: FormatPiece): string => {
    if (piece.kind === 'literal') return piece.text;
    const value = loggedValue(piece.variable, values);
    return kind === 'json' && piece.variable !== 'error.messageString' ? JSON.stringify(value).slice(1, -1) : value;
  };
  return `${pieces.map(write).join('')}\n`;
}

function loggedValue(variable: ContextVariable | null, values: SpecimenRefusal['values']): string {
  if (variable === null) return '-';
  const message = values['error.message'] ?? '-';
  // It comes with quotes of its own.
  if (variable === 'error.messageString') return message === '-' ? message : JSON.stringify(message);
  return values[variable] ?? '-';
}
