import { wellFormed } from '../../text/well-formed.js';
import { EngineError } from './engine-error.js';
import type { ParameterType } from './parameter-type.js';

/**
 * The one place where a value becomes SQL. `text` is the value in the form in which ClickHouse's HTTP interface takes `param_…`.
 * Numbers, dates and the like must have their type's form; strings become a quoted literal.
 *
 *   UInt32, `5` → CAST(5, 'UInt32')        String, `it\'s` → 'it\'s'        Array(String), `['a','b']` → CAST(['a','b'], 'Array(String)')
 */
export function renderParameter(name: string, type: ParameterType, text: string): string {
  if (type.name === 'Identifier') return quoteIdentifier(unescapeField(text));
  const literal = type.name === 'Array' ? readArray(name, type, text) : renderScalar(name, type, readField(text));
  return type.name === 'String' ? literal : `CAST(${literal}, ${quoteString(type.text)})`;
}

/** `it's` → 'it\'s' */
export function quoteString(value: string): string {
  return `'${value.replace(/['\\]|\p{Cc}|\p{Surrogate}/gu, escapeCharacter)}'`;
}

/** `my table` → `my table` in backticks; never more than one name. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.length > 200 || /\p{Cc}/u.test(name)) {
    throw new EngineError(
      457,
      'BAD_QUERY_PARAMETER',
      'An identifier must have 1 to 200 characters and no control characters.',
    );
  }
  return `\`${wellFormed(name.replace(/[`\\]/g, '\\$&'))}\``;
}

function escapeCharacter(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800) return '\uFFFD';
  // \x takes a byte; the control characters from U+0080 on are two bytes and harmless as they are.
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : character;
}

/** null is SQL's NULL. */
type Field = string | null;

/** A value that stands alone: tab-separated escaping, `\N` for NULL. */
function readField(text: string): Field {
  return text === '\\N' ? null : unescapeField(text);
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
};

function unescapeField(text: string): string {
  return text.replace(
    /\\(?:x([0-7][0-9A-Fa-f])|(.))?/gs,
    (whole, hex: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return letter === undefined ? whole : (escapes[letter] ?? letter);
    },
  );
}

const integer = /^-?\d{1,78}$/;
const float = /^[+-]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][+-]?\d{1,4})?|inf|nan)$/;
const dateTime = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)Z?$/;

/** The form a text must have, for each type that is not a string. */
const forms: ReadonlyArray<readonly [types: RegExp, form: RegExp]> = [
  [/^Float/, float],
  [/^Bool$/, /^(?:true|false|TRUE|FALSE|1|0)$/],
  [/^Date(?:32)?$/, /^\d{4}-\d\d-\d\d$/],
  [/^UUID$/, /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/],
  [/^IPv[46]$/, /^[0-9a-fA-F.:]{2,45}$/],
];

function renderScalar(name: string, type: ParameterType, field: Field): string {
  if (type.name === 'Nullable') return field === null ? 'NULL' : renderScalar(name, inner(type), field);
  if (type.name === 'LowCardinality') return renderScalar(name, inner(type), field);
  if (field === null) throw badValue(name, type, 'NULL is given, and its type has no NULL');
  if (type.name === 'String' || type.name === 'FixedString') return quoteString(field);
  if (/^U?Int/.test(type.name)) return renderInteger(name, type, field);
  if (type.name.startsWith('DateTime')) return renderDateTime(name, type, field);
  const form = forms.find(([types]) => types.test(type.name))?.[1];
  if (form === undefined || !form.test(field)) throw badValue(name, type, 'the value has another form');
  return quoteString(field);
}

function renderInteger(name: string, type: ParameterType, field: string): string {
  if (!integer.test(field)) throw badValue(name, type, 'the value is no integer');
  // ClickHouse wraps what is too large; a wrong number is worse than an error.
  const bits = BigInt(type.name.replace(/\D/g, ''));
  const value = BigInt(field);
  const [low, high] = type.name.startsWith('U') ? [0n, 2n ** bits] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n)];
  if (value < low || value >= high) throw badValue(name, type, 'the value is out of range');
  // A bare number beyond 64 bits would be read as a float.
  return bits > 64n ? `'${value}'` : String(value);
}

/** `2026-01-02T03:04:05.678Z` or seconds since 1970. */
function renderDateTime(name: string, type: ParameterType, field: string): string {
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(field))
    return quoteString(field.replace(/^\d+/, (whole) => whole.padStart(10, '0')));
  const [, date, time] = dateTime.exec(field) ?? [];
  const otherZone = field.endsWith('Z') && type.text.includes("'") && !type.text.includes("'UTC'");
  if (date === undefined || otherZone) throw badValue(name, type, 'the value is no date and time of this zone');
  return quoteString(`${date} ${time}`);
}

/** `['it\'s',NULL,[1,2]]`: one pass; numbers and words stand bare, strings in single quotes. */
function readArray(name: string, type: ParameterType, text: string): string {
  let at = 0;
  const skip = () => {
    while (text[at] === ' ') at += 1;
  };
  const fail = () => badValue(name, type, 'the value is no array of this type');

  function readElement(element: ParameterType): string {
    skip();
    if (element.name === 'Array') return readList(element);
    if (text[at] === "'") return renderScalar(name, element, readQuoted());
    const start = at;
    while (at < text.length && /[\w.:+-]/.test(text[at] ?? '')) at += 1;
    if (at === start) throw fail();
    const word = text.slice(start, at);
    if (isString(element) && word !== 'NULL') throw fail();
    return renderScalar(name, element, word === 'NULL' ? null : word);
  }

  function readQuoted(): string {
    const start = at + 1;
    at = start;
    while (at < text.length && text[at] !== "'") at += text[at] === '\\' ? 2 : 1;
    if (at >= text.length) throw fail();
    at += 1;
    return unescapeField(text.slice(start, at - 1));
  }

  function readList(list: ParameterType): string {
    skip();
    if (text[at] !== '[') throw fail();
    at += 1;
    const elements: string[] = [];
    skip();
    while (text[at] !== ']') {
      elements.push(readElement(inner(list)));
      skip();
      if (text[at] === ',') at += 1;
      else if (text[at] !== ']') throw fail();
    }
    at += 1;
    return `[${elements.join(',')}]`;
  }

  const rendered = readList(type);
  skip();
  if (at !== text.length) throw fail();
  return rendered;
}

function isString(type: ParameterType): boolean {
  return type.of === null ? type.name === 'String' || type.name === 'FixedString' : isString(type.of);
}

function inner(type: ParameterType): ParameterType {
  if (type.of === null)
    throw new EngineError(50, 'UNKNOWN_TYPE', 'The type of a placeholder is not one that can be given.');
  return type.of;
}

function badValue(name: string, type: ParameterType, what: string): EngineError {
  return new EngineError(457, 'BAD_QUERY_PARAMETER', `The placeholder ${name} is ${type.text}, and ${what}.`);
}
