import { ApiError } from './errors/api-error.js';

/** The number asked for, refused above the configured largest; `usual` (or the largest) when none was. */
export function atMost(name: string, asked: number | undefined, largest: number, usual: number): number {
  if (asked === undefined) return Math.min(usual, largest);
  if (asked <= largest) return asked;
  const message = `expected at most ${largest}, came ${asked}`;
  throw new ApiError('parameter_invalid', `query ${name}: ${message}`, {
    faults: [{ where: `query ${name}`, message }],
  });
}
