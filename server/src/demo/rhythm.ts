/** How busy the hours of a day are (UTC; the company's customers live in Europe). */
const hours = {
  people: [20, 12, 8, 6, 7, 14, 35, 60, 75, 82, 88, 96, 108, 100, 92, 92, 98, 110, 128, 140, 138, 116, 78, 42],
  office: [6, 5, 5, 5, 8, 20, 60, 130, 170, 180, 175, 160, 120, 150, 170, 165, 140, 90, 40, 22, 15, 12, 9, 7],
  machines: [
    90, 90, 92, 96, 96, 96, 98, 102, 106, 108, 108, 108, 106, 106, 106, 106, 104, 102, 100, 98, 96, 94, 92, 90,
  ],
  night: [160, 220, 260, 240, 180, 110, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 80, 100, 130],
} as const;
export type Rhythm = keyof typeof hours;

const weekend: Readonly<Record<Rhythm, number>> = { people: 1.15, office: 0.35, machines: 0.95, night: 1 };
/** Nobody is ever quite silent: an incident at night must show as well. */
const floor = 0.4;

const means = Object.fromEntries(
  Object.entries(hours).map(([rhythm, shares]) => [rhythm, shares.reduce((a, b) => a + b, 0) / shares.length]),
) as Record<Rhythm, number>;

const dayMs = 86_400_000;

/** Factor on the mean rate; continuous over the hours. */
export function busyness(rhythm: Rhythm, timeMs: number): number {
  const hour = (timeMs % dayMs) / 3_600_000;
  const shares = hours[rhythm];
  const before = shares[Math.floor(hour)] as number;
  const after = shares[(Math.floor(hour) + 1) % 24] as number;
  const shape = (before + (after - before) * (hour % 1)) / means[rhythm];
  // 1 January 1970 was a Thursday
  const weekday = (Math.floor(timeMs / dayMs) + 4) % 7;
  return Math.max(floor, shape * (weekday === 0 || weekday === 6 ? weekend[rhythm] : 1));
}
