import { AwsFailure } from '../../aws-failure.js';
import { compareNumbers, type Operator } from '../../filter-pattern/comparison.js';
import { PatternScanner } from '../../filter-pattern/pattern-scanner.js';
import type { StoredEvent } from './event-reader.js';

export const malformed = (why: string): AwsFailure =>
  new AwsFailure('MalformedQueryException', `unexpected symbol found: ${why}`);

export type EventTest = (event: StoredEvent) => boolean;

const own: Readonly<Record<string, (event: StoredEvent) => string | number>> = {
  '@timestamp': (event) => event.timestamp,
  '@ingestionTime': (event) => event.ingestionTime,
  '@message': (event) => event.message,
  '@logStream': (event) => event.logStreamName,
};

/** A field of the event, or of its message when that is JSON (`error.responseType`). */
export function fieldOf(event: StoredEvent, name: string): string | number | undefined {
  const read = own[name];
  if (read) return read(event);
  try {
    let value: unknown = JSON.parse(event.message);
    for (const part of name.split('.')) value = (value as Readonly<Record<string, unknown>>)[part];
    return typeof value === 'number' ? value : typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

export function readField(scanner: PatternScanner): string {
  scanner.skipSpace();
  const name = scanner.match(/@?[A-Za-z_][\w.]*|`[^`]+`/);
  if (name === null) throw malformed(scanner.rest);
  return name.replaceAll('`', '');
}

function readText(scanner: PatternScanner): string | null {
  scanner.skipSpace();
  const raw = scanner.match(/'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/);
  return raw === null ? null : raw.slice(1, -1).replace(/\\([\s\S])/g, '$1');
}

function readValue(scanner: PatternScanner): string | number {
  const text = readText(scanner);
  if (text !== null) return text;
  const number = scanner.match(/[+-]?\d+(\.\d+)?/);
  if (number === null) throw malformed(scanner.rest);
  return Number(number);
}

function readList(scanner: PatternScanner): readonly (string | number)[] {
  scanner.skipSpace();
  scanner.expect('[');
  const values: (string | number)[] = [];
  do {
    values.push(readValue(scanner));
    scanner.skipSpace();
  } while (scanner.take(','));
  scanner.expect(']');
  return values;
}

const isSame = (found: string | number | undefined, wanted: string | number): boolean => {
  if (found === undefined) return false;
  return typeof wanted === 'number' ? Number(found) === wanted : String(found) === wanted;
};

function readLike(scanner: PatternScanner, name: string): EventTest {
  scanner.skipSpace();
  const regex = scanner.match(/\/(?:[^/\\]|\\[\s\S])+\//);
  if (regex !== null) {
    const source = regex.slice(1, -1);
    const test = source.startsWith('(?i)') ? new RegExp(source.slice(4), 'i') : new RegExp(source);
    return (event) => test.test(String(fieldOf(event, name) ?? ''));
  }
  const text = readText(scanner);
  if (text === null) throw malformed(scanner.rest);
  return (event) => String(fieldOf(event, name) ?? '').includes(text);
}

function readComparison(scanner: PatternScanner): EventTest {
  const name = readField(scanner);
  if (name === 'strcontains' && scanner.take('(')) {
    const field = readField(scanner);
    scanner.skipSpace();
    scanner.expect(',');
    const text = readText(scanner);
    scanner.skipSpace();
    scanner.expect(')');
    return (event) => String(fieldOf(event, field) ?? '').includes(text ?? '');
  }
  scanner.skipSpace();
  if (scanner.match(/not\s+like\b/i) !== null) {
    const test = readLike(scanner, name);
    return (event) => !test(event);
  }
  if (scanner.match(/like\b|=~/i) !== null) return readLike(scanner, name);
  if (scanner.match(/in\b/i) !== null) {
    const wanted = readList(scanner);
    return (event) => wanted.some((value) => isSame(fieldOf(event, name), value));
  }
  const operator = scanner.match(/!=|<=|>=|=|<|>/) as Operator | null;
  if (operator === null) throw malformed(scanner.rest);
  const value = readValue(scanner);
  if (operator === '=') return (event) => isSame(fieldOf(event, name), value);
  if (operator === '!=') return (event) => !isSame(fieldOf(event, name), value);
  return (event) => compareNumbers(operator, Number(fieldOf(event, name)), Number(value));
}

function readCondition(scanner: PatternScanner): EventTest {
  scanner.skipSpace();
  if (scanner.match(/not\b/i) !== null) {
    const test = readCondition(scanner);
    return (event) => !test(event);
  }
  if (!scanner.take('(')) return readComparison(scanner);
  const inner = readEither(scanner);
  scanner.skipSpace();
  scanner.expect(')');
  return inner;
}

function readJoined(
  scanner: PatternScanner,
  word: RegExp,
  readPart: (scanner: PatternScanner) => EventTest,
): EventTest[] {
  const parts = [readPart(scanner)];
  for (scanner.skipSpace(); scanner.match(word) !== null; scanner.skipSpace()) parts.push(readPart(scanner));
  return parts;
}

const readBoth = (scanner: PatternScanner): EventTest => {
  const parts = readJoined(scanner, /and\b|&&/i, readCondition);
  return (event) => parts.every((part) => part(event));
};

const readEither = (scanner: PatternScanner): EventTest => {
  const parts = readJoined(scanner, /or\b|\|\|/i, readBoth);
  return (event) => parts.some((part) => part(event));
};

/** `@message like "a" or @requestId in ["b", "c"]`, with and, not, parentheses, comparisons and `strcontains`. */
export function compileInsightsFilter(text: string): EventTest {
  const scanner = new PatternScanner(text);
  const test = readEither(scanner);
  scanner.skipSpace();
  if (!scanner.isAtEnd) throw malformed(scanner.rest);
  return test;
}
