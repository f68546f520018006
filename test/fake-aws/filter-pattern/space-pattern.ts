import { compareNumbers, numberOf, type Operand, type Operator, readOperand, readOperator } from './comparison.js';
import { invalidPattern, type LineTest } from './line-test.js';
import { PatternScanner } from './pattern-scanner.js';

/** A field's test; null for a name without a condition. */
type FieldTest = LineTest | null;

function compareField(text: string, operator: Operator, operand: Operand): boolean {
  const number = operand.kind === 'bare' ? operand.number : null;
  const own = numberOf(text);
  if (operator === '=' || operator === '!=') {
    const isEqual = number !== null && own !== null ? own === number : operand.test(text);
    return isEqual === (operator === '=');
  }
  return number !== null && own !== null && compareNumbers(operator, own, number);
}

function readCondition(scanner: PatternScanner): FieldTest {
  scanner.skipSpace();
  const name = scanner.match(/[\w-]+/);
  if (name === null) return null;
  const operator = readOperator(scanner);
  if (operator === null) return null;
  const operand = readOperand(scanner, /[^\s",&|[\]]+/);
  return (text) => compareField(text, operator, operand);
}

function readField(scanner: PatternScanner): FieldTest {
  const either: FieldTest[][] = [[readCondition(scanner)]];
  for (;;) {
    scanner.skipSpace();
    if (scanner.take('&&')) either.at(-1)?.push(readCondition(scanner));
    else if (scanner.take('||')) either.push([readCondition(scanner)]);
    else break;
  }
  if (either.length === 1 && either[0]?.length === 1) return either[0][0] ?? null;
  return (text) => either.some((both) => both.every((test) => test?.(text) ?? true));
}

/** `a "b c" [d e]` → three fields. */
const fieldsOf = (line: string): readonly string[] =>
  (line.match(/"[^"]*"|\[[^\]]*\]|\S+/g) ?? []).map((field) => field.replace(/^["[]([\s\S]*)["\]]$/, '$1'));

/**
 * `[ip, ..., status=403, size]`. `...` stands for any number of fields, here or in the middle; a last field without a condition takes
 * all that is left.
 */
export function compileSpacePattern(pattern: string): LineTest {
  const scanner = new PatternScanner(pattern);
  scanner.expect('[');
  const before: FieldTest[] = [];
  const after: FieldTest[] = [];
  let hasEllipsis = false;
  do {
    scanner.skipSpace();
    if (scanner.take('...')) {
      if (hasEllipsis) throw invalidPattern('one ellipsis is enough');
      hasEllipsis = true;
    } else (hasEllipsis ? after : before).push(readField(scanner));
    scanner.skipSpace();
  } while (scanner.take(','));
  scanner.expect(']');
  scanner.skipSpace();
  if (!scanner.isAtEnd) throw invalidPattern(`nothing may follow: '${scanner.rest}'`);
  const takesRest = !hasEllipsis && before.at(-1) === null;

  return (line) => {
    const fields = fieldsOf(line);
    const named = before.length + after.length;
    if (fields.length < named || (fields.length > named && !hasEllipsis && !takesRest)) return false;
    const tail = fields.slice(fields.length - after.length);
    return (
      before.every((test, index) => test?.(fields[index] as string) ?? true) &&
      after.every((test, index) => test?.(tail[index] as string) ?? true)
    );
  };
}
