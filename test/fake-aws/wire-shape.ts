export interface WireRules {
  readonly date: (date: Date) => string | number;
  readonly name: (name: string) => string;
  /** Members whose own keys are data (tags, route settings) and stay as they are. */
  readonly maps: ReadonlySet<string>;
}

/** Takes objects in the SDK's shape back to the wire: dates, member names; undefined members vanish. */
export function toWire(value: unknown, rules: WireRules): unknown {
  if (value instanceof Date) return rules.date(value);
  if (Array.isArray(value)) return value.map((item) => toWire(item, rules));
  if (typeof value !== 'object' || value === null) return value;
  const convert = (item: unknown, isMap: boolean): unknown =>
    isMap && typeof item === 'object' && item !== null
      ? Object.fromEntries(Object.entries(item).map(([key, member]) => [key, toWire(member, rules)]))
      : toWire(item, rules);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [rules.name(name), convert(item, rules.maps.has(name))]),
  );
}

export const epochSeconds = (date: Date): number => date.getTime() / 1_000;
