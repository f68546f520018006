import * as z from 'zod';

/** What people are told of a key, besides its type and default. */
export interface KeyInfo {
  /** Completes "expected …". */
  readonly expected: string;
  readonly description: string;
  readonly example: unknown;
  /** Its value is never shown. */
  readonly secret?: true;
}

/** Says of each schema that was made by `key` or `section` what it is for. */
export const keyInfo = z.registry<KeyInfo>();
export const sectionText = z.registry<{ readonly text: string }>();

/** A key of the configuration: `schema` with its default applied, and what people are told of it. */
export function key<Schema extends z.ZodType>(schema: Schema, info: KeyInfo): Schema {
  keyInfo.add(schema, info);
  return schema;
}

export function section<Shape extends z.ZodRawShape>(text: string, shape: Shape) {
  // A section that is left out is one whose keys all have their defaults.
  const schema = z.strictObject(shape).prefault({} as never);
  sectionText.add(schema, { text });
  return schema;
}

const grouped = (value: number): string => value.toLocaleString('en-US').replaceAll(',', ' ');

interface NumberKey extends Omit<KeyInfo, 'expected'> {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export function wholeNumber({ min, max, default: standard, ...info }: NumberKey) {
  const expected = `a whole number from ${grouped(min)} to ${grouped(max)}`;
  return key(z.int().min(min).max(max).default(standard), { ...info, expected });
}
