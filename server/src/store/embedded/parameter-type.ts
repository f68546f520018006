import { EngineError } from './engine-error.js';

/** A ClickHouse type as far as placeholders need it: `Array(Nullable(UInt8))` is {name: 'Array', of: {name: 'Nullable', of: …}}. */
export interface ParameterType {
  readonly name: string;
  /** The type inside Array, Nullable and LowCardinality. */
  readonly of: ParameterType | null;
  /** Written anew from what was recognised, never copied. */
  readonly text: string;
}

const wrapping = new Set(['Array', 'Nullable', 'LowCardinality']);
const maxDepth = 6;

/** `DateTime64(3, 'UTC')` → name DateTime64. Throws UNKNOWN_TYPE for what placeholders cannot carry. */
export function parseParameterType(text: string, depth = 0): ParameterType {
  const [, name, args] = /^\s*([A-Za-z]\w{0,31})\s*(?:\((.*)\)\s*)?$/s.exec(text) ?? [];
  if (name === undefined || depth > maxDepth || text.length > 200) throw unknownType();
  if (wrapping.has(name)) {
    if (args === undefined) throw unknownType();
    const of = parseParameterType(args, depth + 1);
    return { name, of, text: `${name}(${of.text})` };
  }
  const plain = (suffix: string): ParameterType => ({ name, of: null, text: `${name}${suffix}` });
  if (args === undefined) {
    if (/^(?:String|Bool|UUID|IPv4|IPv6|Date|Date32|DateTime|Identifier)$/.test(name)) return plain('');
    if (/^(?:U?Int(?:8|16|32|64|128|256)|Float(?:32|64))$/.test(name)) return plain('');
    throw unknownType();
  }
  if (name === 'FixedString' && /^\s*\d{1,5}\s*$/.test(args)) return plain(`(${args.trim()})`);
  if (name === 'DateTime' && /^\s*'[A-Za-z0-9_+/-]{1,40}'\s*$/.test(args)) return plain(`(${args.trim()})`);
  if (name === 'DateTime64') {
    const [, precision, zone] = /^\s*([0-9])\s*(?:,\s*('[A-Za-z0-9_+/-]{1,40}')\s*)?$/.exec(args) ?? [];
    if (precision !== undefined) return plain(zone === undefined ? `(${precision})` : `(${precision}, ${zone})`);
  }
  throw unknownType();
}

const unknownType = () =>
  new EngineError(50, 'UNKNOWN_TYPE', 'The type of a placeholder is not one that can be given.');
