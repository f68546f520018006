import { invalidParameter } from '../aws-failure.js';
import { compileJsonPattern } from './json-pattern.js';
import { invalidPattern, type LineTest } from './line-test.js';
import { compileSpacePattern } from './space-pattern.js';
import { compileTermPattern } from './term-pattern.js';

export type { LineTest } from './line-test.js';

const maxLength = 1_024;
const maxRegexes = 2;

/** CloudWatch Logs' own syntax, for filters, subscriptions and metric filters. Throws what AWS answers to a pattern that it does not take. */
export function compileFilterPattern(pattern: string): LineTest {
  if (pattern.length > maxLength) {
    throw invalidParameter(
      `1 validation error detected: Value at 'filterPattern' failed to satisfy constraint: Member must have length less than or equal to ${maxLength}`,
    );
  }
  if ((pattern.replace(/"(?:[^"\\]|\\[\s\S])*"/g, '').match(/%[^%]+%/g) ?? []).length > maxRegexes) {
    throw invalidPattern(`at most ${maxRegexes} regular expressions`);
  }
  const text = pattern.trim();
  if (text.startsWith('{')) return compileJsonPattern(text);
  if (text.startsWith('[')) return compileSpacePattern(text);
  return compileTermPattern(text);
}
