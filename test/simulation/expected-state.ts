import type { ExpectedInstance } from './demo-truth.js';

/** An alert that fires, by what it is about. */
export interface Firing {
  readonly rule: string;
  readonly apiId: string;
  readonly stage: string;
  readonly cause: string;
  readonly route: string | null;
}

/** What the truth says of one moment. */
export interface ExpectedState {
  readonly must: readonly ExpectedInstance[];
  /** Within the five minutes after its start, or not yet over: either is right. */
  readonly may: readonly ExpectedInstance[];
}

export function expectedAt(expected: readonly ExpectedInstance[], atMs: number): ExpectedState {
  const must = expected.filter(({ byMs, untilMs }) => byMs <= atMs && atMs < untilMs);
  const may = expected.filter((each) => each.fromMs <= atMs && atMs < each.goneMs && !must.includes(each));
  return { must, may };
}

export const nameOf = ({ rule, apiId, stage, cause, route }: Firing): string =>
  [rule, `${apiId}/${stage}`, cause, ...(route === null ? [] : [route])].join(' ');

/** What fires and should not, and what should and does not, in words; nothing when all is right. */
export function faultsAt(
  expected: readonly ExpectedInstance[],
  firing: readonly Firing[],
  atMs: number,
): readonly string[] {
  const { must, may } = expectedAt(expected, atMs);
  const fires = new Set(firing.map(nameOf));
  const allowed = new Set([...must, ...may].map(nameOf));
  const time = new Date(atMs).toISOString().slice(0, 19);
  return [
    ...must.flatMap((each) =>
      fires.has(nameOf(each)) ? [] : [`${time} ${nameOf(each)} does not fire (${each.incident})`],
    ),
    ...[...fires].flatMap((name) => (allowed.has(name) ? [] : [`${time} ${name} fires for nothing`])),
  ];
}
