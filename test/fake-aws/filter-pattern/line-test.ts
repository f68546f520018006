import { invalidParameter } from '../aws-failure.js';

/** Whether a log line fits a pattern. */
export type LineTest = (line: string) => boolean;

export const invalidPattern = (why: string): Error => invalidParameter(`Invalid filter pattern: ${why}`);

/** Between the percent signs: letters, digits, some symbols and operators, no groups. */
export function compileRegex(source: string): LineTest {
  const strange = /[^A-Za-z0-9:_#=@/;,\- ^$?[\]{}|\\*+.]/.exec(source);
  if (strange) throw invalidPattern(`'${strange[0]}' is not supported in a regular expression`);
  try {
    const regex = new RegExp(source);
    return (line) => regex.test(line);
  } catch {
    throw invalidPattern(`%${source}% is no regular expression`);
  }
}

/** `*` stands for any text. */
export function compileWildcard(text: string): LineTest {
  if (!text.includes('*')) return (line) => line === text;
  const source = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const regex = new RegExp(`^${source.join('.*')}$`, 's');
  return (line) => regex.test(line);
}
