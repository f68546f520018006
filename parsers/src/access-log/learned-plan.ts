import type { ContextVariable } from '../model/context-variable.js';
import { isJsonObject, type JsonObject } from '../text/lenient-json.js';
import { byValue, isSurelyAccessLog } from './json-keys.js';
import { variableOfPath } from './key-names.js';
import { bareValueEnds, type PlanStep, scannedVariables } from './line-plan.js';

/** A way to walk lines that have the layout of one that was read by its keys. */
export interface LearnedPlan {
  readonly steps: readonly PlanStep[];
  /** Scanned variables whose values stand without quotes. */
  readonly bare: ReadonlySet<ContextVariable>;
}

const maxLength = 16 * 1024;
const maxMembers = 120;

const sometimesAMessage = 'error.responseType';

/** Objects with these may be wrappings or records of another kind, whatever else they hold. */
const otherKeys: ReadonlySet<string> = new Set([
  'log',
  'data',
  'Data',
  'rawData',
  'awslogs',
  '@message',
  'line',
  'event',
]);

// `"status":"403",`, `"latency" : 12 }`: one member with the comma or brace behind it
const member = /\s*"([^"\\]{1,80})"\s*:\s*(?:"([^"\\]*)"|(-?\d[\d.eE+-]*|true|false|null))\s*([,}])/y;

/**
 * The layout of a flat JSON line: its keys in their order, with nothing left open that a value could decide. Lines that it
 * fits give the same counts as reading them by their keys; null when that is not certain.
 */
export function learnPlan(text: string): LearnedPlan | null {
  if (text.length > maxLength || !text.startsWith('{') || !text.endsWith('}')) return null;
  const object = parseObject(text);
  if (object === null) return null;
  const steps: PlanStep[] = [];
  const variables = new Set<ContextVariable>();
  const bare = new Set<ContextVariable>();
  let literalFrom = 0;
  let at = 1;
  for (let count = 0; ; count++) {
    member.lastIndex = at;
    const match = member.exec(text);
    if (match === null || count === maxMembers) return null;
    const [whole, key = '', quoted, word = '', end] = match;
    if (otherKeys.has(key)) return null;
    const named = variableOfPath([key]);
    const value = quoted ?? word;
    const variable = named === null ? null : meantBy(named, value);
    const place = variable === null ? -1 : scannedVariables.indexOf(variable);
    if (named !== null) variables.add(named);
    if (variable !== null && place >= 0 && quoted === undefined) bare.add(variable);
    // The value stands at the end of the match, before its quote, blanks and the comma or brace.
    const valueEnd = at + whole.slice(0, -1).trimEnd().length - (quoted === undefined ? 0 : 1);
    const valueFrom = valueEnd - value.length;
    steps.push(literal(text.slice(literalFrom, valueFrom)), valueStep(quoted === undefined, place));
    literalFrom = valueEnd;
    at += whole.length;
    if (end === '}') break;
  }
  // It proves nothing then.
  variables.delete(sometimesAMessage);
  if (at !== text.length || !isSurelyAccessLog(object, variables)) return null;
  steps.push(literal(text.slice(literalFrom)));
  const places = steps.filter(({ place }) => place >= 0).map(({ place }) => place);
  // Of two keys for one variable the first that has a value counts, which a walk does not see.
  return new Set(places).size === places.length ? { steps, bare } : null;
}

/** Values that mean something else to the reader by keys than to a walk: escapes never come here. */
export function isDoubtfulLabel(variable: ContextVariable, text: string, isBare: boolean): boolean {
  if (isBare && !/^[1-9]\d{0,14}$/.test(text)) return true;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\0-\x1f\x7f\uFFFD]/.test(text)) return true;
  return byValue(variable, text)[0] !== variable;
}

function meantBy(variable: ContextVariable, value: string): ContextVariable {
  // A sentence in its place is no type, and in the next line a type may stand there.
  if (variable === sometimesAMessage || value === '' || value === '-' || value === 'null') return variable;
  return byValue(variable, value)[0];
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

const noEnds = new Uint8Array(256);

const literal = (text: string): PlanStep => ({
  literal: new TextEncoder().encode(text),
  until: 'run',
  ends: noEnds,
  min: 0,
  max: 0,
  isTime: false,
  place: -1,
});

const valueStep = (isBare: boolean, place: number): PlanStep => ({
  literal: null,
  until: isBare ? 'bare' : 'string',
  ends: bareValueEnds,
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  isTime: false,
  place,
});
