import { describe, expect, it } from 'vitest';
import { groupOfCause } from '../../../parsers/src/index.js';
import { colorOf, groupColors } from '../../../server/src/query/group-colors.js';

const linear = (hex: string): readonly [number, number, number] =>
  [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];

/** Relative luminance by WCAG 2.2. */
function luminance(hex: string): number {
  const [red, green, blue] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (a: string, b: string): number => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

/** CIE L*a*b*, where a distance is about what the eye sees of it. */
function lab(hex: string): readonly [number, number, number] {
  const [red, green, blue] = linear(hex);
  const bend = (part: number) => (part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116);
  const x = bend((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
  const y = bend(luminance(hex));
  const z = bend((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: string, b: string): number => {
  const [from, to] = [lab(a), lab(b)];
  return Math.hypot(...from.map((part, at) => part - (to[at] as number)));
};

const entries = Object.entries(groupColors);

describe('colours of groups', () => {
  it('are there for each group, and nothing else', () => {
    expect(Object.keys(groupColors).sort()).toEqual([...new Set(Object.values(groupOfCause))].sort());
  });

  it.each(entries)('%s can be read on light and dark ground', (_, color) => {
    expect(color).toMatch(/^#[0-9a-f]{6}$/);
    // What graphics need to be seen; the second ground is that of panels in Grafana's dark theme.
    expect(contrast(color, '#ffffff')).toBeGreaterThanOrEqual(3);
    expect(contrast(color, '#181b1f')).toBeGreaterThanOrEqual(3);
  });

  it('are not taken for each other', () => {
    for (const [a, colorA] of entries) {
      for (const [b, colorB] of entries) {
        if (a < b) expect(distance(colorA, colorB), `${a} and ${b}`).toBeGreaterThan(25);
      }
    }
  });

  it.each([
    [{ group: 'waf' }, groupColors.waf],
    [{ cause: 'iam_denied' }, groupColors.iam],
    [{ cause: 'cause of a newer version', group: 'api_key' }, groupColors.api_key],
    [{ stage: 'prod' }, undefined],
    [{ cause: 'cause of a newer version' }, undefined],
    [{ group: 'constructor' }, undefined],
    [{}, undefined],
  ])('of %j', (labels, color) => {
    expect(colorOf(labels as Record<string, string>)).toBe(color);
  });
});
