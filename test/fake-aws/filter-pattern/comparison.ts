import { compileRegex, compileWildcard, invalidPattern, type LineTest } from './line-test.js';
import type { PatternScanner } from './pattern-scanner.js';

export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** The right side of a comparison. */
export type Operand =
  | { readonly kind: 'regex'; readonly test: LineTest }
  | { readonly kind: 'quoted'; readonly test: LineTest; readonly text: string }
  /** A bare word; a number when it is one and has no wildcard. */
  | { readonly kind: 'bare'; readonly test: LineTest; readonly number: number | null };

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export const numberOf = (text: string): number | null => (numberPattern.test(text) ? Number(text) : null);

export function readOperator(scanner: PatternScanner): Operator | null {
  scanner.skipSpace();
  const operator = scanner.match(/!=|<=|>=|=|<|>/) as Operator | null;
  scanner.skipSpace();
  return operator;
}

export function readOperand(scanner: PatternScanner, bare: RegExp): Operand {
  const regex = scanner.regex();
  if (regex !== null) return { kind: 'regex', test: compileRegex(regex) };
  const quoted = scanner.quoted();
  if (quoted !== null) return { kind: 'quoted', test: compileWildcard(quoted), text: quoted };
  const word = scanner.match(bare);
  if (word === null) throw invalidPattern(`expected a value at '${scanner.rest}'`);
  return { kind: 'bare', test: compileWildcard(word), number: word.includes('*') ? null : numberOf(word) };
}

/** For `< > <= >=`, which compare numbers only. */
export function compareNumbers(operator: Operator, left: number, right: number): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
  }
}
