import { compileRegex, invalidPattern, type LineTest } from './line-test.js';
import { PatternScanner } from './pattern-scanner.js';

interface Term {
  readonly sign: '' | '?' | '-';
  readonly test: LineTest;
}

function readTerm(scanner: PatternScanner): Term {
  const sign = (scanner.match(/[?-]/) ?? '') as Term['sign'];
  const regex = scanner.regex();
  if (regex !== null) return { sign, test: compileRegex(regex) };
  const phrase = scanner.quoted() ?? scanner.match(/[^\s"]+/);
  if (phrase === null) throw invalidPattern(`expected a term at '${scanner.rest}'`);
  // `" "` stands for everything.
  const text = phrase.trim() === '' ? '' : phrase;
  return { sign, test: (line) => line.includes(text) };
}

/** Words with other characters than these stand in quotation marks. */
const isBareWord = /^[?-]?[\w\u0080-\uffff]+$/;

/**
 * `ERROR "two words" -without ?either ?or %regex%`: all plain terms, none of the excluded; terms with a question mark count only when
 * there are no others.
 */
export function compileTermPattern(pattern: string): LineTest {
  const scanner = new PatternScanner(pattern);
  const terms: Term[] = [];
  for (scanner.skipSpace(); !scanner.isAtEnd; scanner.skipSpace()) {
    const word = /^[^\s]+/.exec(scanner.rest)?.[0] ?? '';
    if (!/^[?-]?["%]/.test(word) && !isBareWord.test(word)) {
      throw invalidPattern(`the term ${word} needs quotation marks`);
    }
    terms.push(readTerm(scanner));
  }
  const of = (sign: Term['sign']): readonly Term[] => terms.filter((term) => term.sign === sign);
  const [wanted, optional, excluded] = [of(''), of('?'), of('-')];
  const isOptional = wanted.length === 0 && excluded.length === 0;
  return (line) =>
    isOptional
      ? optional.length === 0 || optional.some((term) => term.test(line))
      : wanted.every((term) => term.test(line)) && !excluded.some((term) => term.test(line));
}
