import { compareNumbers, type Operand, type Operator, readOperand, readOperator } from './comparison.js';
import { invalidPattern, type LineTest } from './line-test.js';
import { PatternScanner } from './pattern-scanner.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type JsonTest = (root: Json) => boolean;

/** A name, a place in a list, or null for any of them. */
type Step = string | number | null;

function readSelector(scanner: PatternScanner): readonly Step[] {
  scanner.skipSpace();
  scanner.expect('$');
  const steps: Step[] = [];
  for (;;) {
    if (scanner.take('.[')) steps.push(readBracket(scanner));
    else if (scanner.take('[')) steps.push(readBracket(scanner));
    else if (scanner.take('.*')) steps.push(null);
    else if (scanner.take('.')) {
      const name = scanner.match(/[\w-]+/);
      if (name === null) throw invalidPattern(`expected a name at '${scanner.rest}'`);
      steps.push(name);
    } else break;
  }
  if (steps.length === 0) throw invalidPattern('a selector names nothing');
  if (steps.filter((step) => step === null).length > 1) throw invalidPattern('one wildcard a selector');
  return steps;
}

function readBracket(scanner: PatternScanner): Step {
  const inside = scanner.match(/'[^']*'|\d+|\*/);
  scanner.expect(']');
  if (inside === null) throw invalidPattern('brackets hold a name in quotes, a number or *');
  if (inside === '*') return null;
  return inside.startsWith("'") ? inside.slice(1, -1) : Number(inside);
}

/** Every value that the selector reaches; more than one only with a wildcard. */
function valuesAt(root: Json, steps: readonly Step[]): readonly Json[] {
  let values: readonly Json[] = [root];
  for (const step of steps) {
    values = values.flatMap((value): readonly Json[] => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === null) return Object.values(value);
      if (Array.isArray(value) !== (typeof step === 'number')) return [];
      const found = (value as Readonly<Record<string | number, Json>>)[step];
      return found === undefined || !Object.hasOwn(value, step) ? [] : [found];
    });
  }
  return values;
}

const isObject = (value: Json): boolean => typeof value === 'object' && value !== null;

/** A bare number is a number and a quoted one a text; a wildcard without quotes fits both. */
function isEqual(value: Json, operand: Operand): boolean {
  if (operand.kind === 'bare' && operand.number !== null) return value === operand.number;
  if (typeof value === 'string') return operand.test(value);
  return operand.kind !== 'quoted' && typeof value === 'number' && operand.test(String(value));
}

function compareValue(value: Json, operator: Operator, operand: Operand): boolean {
  if (isObject(value)) return false;
  if (operator === '=') return isEqual(value, operand);
  if (operator === '!=') return !isEqual(value, operand);
  if (operand.kind !== 'bare' || operand.number === null) {
    throw invalidPattern(`${operator} compares with a number`);
  }
  return typeof value === 'number' && compareNumbers(operator, value, operand.number);
}

const constants: Readonly<Record<string, Json>> = { NULL: null, TRUE: true, FALSE: false };

function readCondition(scanner: PatternScanner): JsonTest {
  scanner.skipSpace();
  if (scanner.take('(')) {
    const inner = readEither(scanner);
    scanner.skipSpace();
    scanner.expect(')');
    return inner;
  }
  const steps = readSelector(scanner);
  scanner.skipSpace();
  if (scanner.match(/NOT\s+EXISTS/) !== null) return (root) => valuesAt(root, steps).length === 0;
  const constant = scanner.match(/IS\s+(NULL|TRUE|FALSE)/)?.split(/\s+/)[1];
  if (constant !== undefined) return (root) => valuesAt(root, steps).some((value) => value === constants[constant]);
  const operator = readOperator(scanner);
  if (operator === null) throw invalidPattern(`expected a comparison at '${scanner.rest}'`);
  const operand = readOperand(scanner, /[^\s"&|(){}]+/);
  compareValue('', operator, operand);
  return (root) => valuesAt(root, steps).some((value) => compareValue(value, operator, operand));
}

function readBoth(scanner: PatternScanner): JsonTest {
  const parts = [readCondition(scanner)];
  for (scanner.skipSpace(); scanner.take('&&'); scanner.skipSpace()) parts.push(readCondition(scanner));
  return (root) => parts.every((part) => part(root));
}

/** `&&` binds before `||`. */
function readEither(scanner: PatternScanner): JsonTest {
  const parts = [readBoth(scanner)];
  for (scanner.skipSpace(); scanner.take('||'); scanner.skipSpace()) parts.push(readBoth(scanner));
  return (root) => parts.some((part) => part(root));
}

/** `{ ($.status = "403") || ($.status = 403) }`. A line that is no JSON never fits, nor a selector that finds nothing or no plain value. */
export function compileJsonPattern(pattern: string): LineTest {
  const scanner = new PatternScanner(pattern);
  scanner.expect('{');
  const test = readEither(scanner);
  scanner.skipSpace();
  scanner.expect('}');
  scanner.skipSpace();
  if (!scanner.isAtEnd) throw invalidPattern(`nothing may follow: '${scanner.rest}'`);
  return (line) => {
    if (!line.trimStart().startsWith('{')) return false;
    try {
      return test(JSON.parse(line) as Json);
    } catch {
      return false;
    }
  };
}
