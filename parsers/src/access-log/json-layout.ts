import type { ContextVariable } from '../model/context-variable.js';
import type { JsonObject, JsonValue } from '../text/lenient-json.js';
import { type AccessValues, addValue } from './access-values.js';
import type { FormatPiece } from './format-pieces.js';
import { addMatched, matchPieces } from './match-pieces.js';
import { repeatedKeys } from './repeated-keys.js';

/** A place of a JSON template that holds variables: a whole string, or a bare word where a number was meant. */
export interface JsonSlot {
  readonly kind: 'slot';
  readonly quoted: boolean;
  readonly pieces: readonly FormatPiece[];
  /** Keys and array positions that lead to it. */
  readonly path: readonly (string | number)[];
}

export type JsonPiece = { readonly kind: 'literal'; readonly text: string } | JsonSlot;

/** A template that is a JSON object or array: its text and slots in turn, and what stands at its constant places. */
export interface JsonLayout {
  readonly pieces: readonly JsonPiece[];
  readonly slots: readonly JsonSlot[];
  readonly constants: readonly { readonly path: readonly (string | number)[]; readonly value: string }[];
}

// marks slot numbers while the template itself is read as JSON; private-use characters never stand in a format
const open = '\uE0F0';
const close = '\uE0F1';

/** Reads a split format as JSON; null when it is none (or has variables in keys, or one key twice). */
export function compileJsonLayout(split: readonly FormatPiece[]): JsonLayout | null {
  const drafts: { quoted: boolean; pieces: FormatPiece[] }[] = [];
  const order: ({ text: string } | { slot: number })[] = [];
  let marked = '';
  let inString = false;
  let current: FormatPiece[] | null = null;

  const begin = (quoted: boolean): FormatPiece[] => {
    const pieces: FormatPiece[] = [];
    order.push({ slot: drafts.length });
    marked += quoted ? `${open}${drafts.length}${close}` : `"${open}${drafts.length}${close}"`;
    drafts.push({ quoted, pieces });
    return pieces;
  };
  const addText = (text: string): void => {
    const last = order[order.length - 1];
    if (last !== undefined && 'text' in last) last.text += text;
    else order.push({ text });
  };

  for (let i = 0; i < split.length; i++) {
    const piece = split[i] as FormatPiece;
    if (piece.kind === 'variable') {
      if (current === null) current = begin(inString);
      current.push(piece);
      continue;
    }
    const { text } = piece;
    let at = 0;
    while (at < text.length) {
      const end = inString ? stringEnd(text, at) : text.indexOf('"', at);
      const stop = end < 0 ? text.length : end;
      if (inString) {
        // constant words of a string belong to its slot when the string holds a variable, before or after them
        const words = text.slice(at, stop);
        const more = end < 0 && split[i + 1]?.kind === 'variable';
        if (words.length > 0 && (current !== null || more)) {
          if (current === null) current = begin(true);
          current.push({ kind: 'literal', text: unescapeJson(words) ?? words });
        } else {
          marked += words;
          addText(words);
        }
      } else {
        marked += text.slice(at, stop);
        addText(text.slice(at, stop));
        current = null;
      }
      if (end < 0) break;
      marked += '"';
      addText('"');
      inString = !inString;
      current = null;
      at = end + 1;
    }
  }

  let root: unknown;
  try {
    root = JSON.parse(marked);
  } catch {
    return null;
  }
  if (typeof root !== 'object' || root === null) return null;
  const paths = new Map<number, (string | number)[]>();
  const constants: { path: (string | number)[]; value: string }[] = [];
  if (!collect(root, [], paths, constants) || paths.size !== drafts.length) return null;

  const slots = drafts.map(
    (draft, i): JsonSlot => ({ kind: 'slot', ...draft, path: paths.get(i) as (string | number)[] }),
  );
  const pieces = order
    .filter((part) => !('text' in part) || part.text !== '')
    .map((part): JsonPiece => ('text' in part ? { kind: 'literal', text: part.text } : (slots[part.slot] as JsonSlot)));
  return { pieces, slots, constants };
}

function stringEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x5c) at++;
    else if (c === 0x22) return at;
  }
  return -1;
}

function collect(
  value: unknown,
  path: (string | number)[],
  paths: Map<number, (string | number)[]>,
  constants: { path: (string | number)[]; value: string }[],
): boolean {
  if (path.length > 32) return false;
  if (typeof value === 'string') {
    const at = value.indexOf(open);
    if (at < 0) constants.push({ path, value });
    else paths.set(Number(value.slice(at + 1, value.indexOf(close))), path);
    return true;
  }
  if (typeof value !== 'object' || value === null) return true;
  const members = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, member] of members) {
    if (typeof key === 'string' && key.includes(open)) return false;
    if (!collect(member, [...path, key], paths, constants)) return false;
  }
  return true;
}

/**
 * Reads a line that has the layout of the template to the letter, with values escaped as JSON wants it (2024), bare `-`
 * included. There is one way only to read it so.
 */
export function readEscapedLayout(layout: JsonLayout, line: string): AccessValues | null {
  const values = new Map<ContextVariable, string>();
  let at = 0;
  for (const piece of layout.pieces) {
    if (piece.kind === 'literal') {
      if (!line.startsWith(piece.text, at)) return null;
      at += piece.text.length;
      continue;
    }
    const quotedHere = !piece.quoted && line.charCodeAt(at) === 0x22;
    const from = quotedHere ? at + 1 : at;
    const end = piece.quoted || quotedHere ? stringEnd(line, from) : bareEnd(line, from);
    if (end < 0) return null;
    const raw = line.slice(from, end);
    const content = piece.quoted || quotedHere ? unescapeJson(raw) : raw;
    if (content === null || !addSlot(values, piece, content)) return null;
    at = quotedHere ? end + 1 : end;
  }
  return at === line.length ? values : null;
}

/** A bare word ends where JSON goes on. */
function bareEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length) {
    const c = line.charCodeAt(at);
    if (c === 0x2c || c === 0x7d || c === 0x5d || c === 0x22 || c <= 0x20) return at;
    at++;
  }
  return at;
}

/** Text between the quotes of a JSON string; null when its escapes are none of JSON's. */
export function unescapeJson(raw: string): string | null {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return null;
  }
}

/** Reads a line of other layout (keys in other order, other blanks, several lines) as JSON, by the template's paths. */
export function readByPaths(layout: JsonLayout, line: string): AccessValues | null {
  let root: unknown;
  try {
    root = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof root !== 'object' || root === null) return null;
  return readObject(layout, root, () => repeatedKeys(line, root as JsonValue));
}

/** Does an object that was parsed already, without its text, fit the template by its paths? */
export function fitsObject(layout: JsonLayout, object: JsonObject): boolean {
  return readObject(layout, object, () => nothing) !== null;
}

const nothing: ReadonlySet<string> = new Set();

/** `doubtfulKeys` costs a pass over the text: asked only when the constant parts fit. */
function readObject(layout: JsonLayout, root: object, doubtfulKeys: () => ReadonlySet<string>): AccessValues | null {
  for (const { path, value } of layout.constants) {
    if (memberAt(root, path) !== value) return null;
  }
  const doubtful = doubtfulKeys();
  const values = new Map<ContextVariable, string>();
  for (const slot of layout.slots) {
    if (doubtful.has(String(slot.path[slot.path.length - 1]))) return null;
    const member = memberAt(root, slot.path);
    if (member === undefined || (typeof member === 'object' && member !== null)) return null;
    if (!addSlot(values, slot, member === null ? '' : String(member))) return null;
  }
  return values;
}

function memberAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** Values of one slot: the whole content for a lone variable, else by the constant words around the variables. */
function addSlot(values: Map<ContextVariable, string>, slot: JsonSlot, content: string): boolean {
  const [first] = slot.pieces;
  if (slot.pieces.length === 1 && first?.kind === 'variable') {
    if (first.variable !== null) addValue(values, first.variable, content);
    return true;
  }
  const matched = matchPieces(slot.pieces, content);
  if (matched === null) return false;
  addMatched(values, matched);
  return true;
}
