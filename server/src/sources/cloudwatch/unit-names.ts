import type { LogGroup } from './log-events-client.js';
import type { Window } from './windows.js';

/** The feed of a group; names of groups have no colon. */
export const feedOf = ({ account, region, name }: LogGroup): string => `cwl:${account}:${region}:${name}`;

/** `cwl:111122223333:eu-west-1:/aws/apigateway/shop:1795392000000-1795392060000`: the counting unit of a window. */
export const windowUnit = (group: LogGroup, window: Window): string => `${windowPrefix(group)}${spanOf(window)}`;

/**
 * `cwl-from:…:1795392000000`: everything since then is to be read. Written before the first window, and again each day, since what is
 * stored expires. No content.
 */
export const startUnit = (group: LogGroup, startMs: number): string => `${startPrefix(group)}${startMs}`;

/** `cwl-swept:…:1795392000000-1795395600000:86400000`: all windows that begin in the chunk were read again at that age. No content. */
export const sweptUnit = (group: LogGroup, chunk: Window, ageMs: number): string =>
  `${sweptPrefix(group)}${spanOf(chunk)}:${ageMs}`;

/** `cwl-gap:…:1795392000000-1795651200000`: live reading passed it over. Written before reading goes on behind it. No content. */
export const gapUnit = (group: LogGroup, gap: Window): string => `${gapPrefix(group)}${spanOf(gap)}`;

const windowPrefix = (group: LogGroup): string => `${feedOf(group)}:`;
const sweptPrefix = ({ account, region, name }: LogGroup): string => `cwl-swept:${account}:${region}:${name}:`;
export const startPrefix = ({ account, region, name }: LogGroup): string => `cwl-from:${account}:${region}:${name}:`;
export const gapPrefix = ({ account, region, name }: LogGroup): string => `cwl-gap:${account}:${region}:${name}:`;

const spanOf = ({ fromMs, toMs }: Window): string => `${fromMs}-${toMs}`;

/** Prefixes of the names of all windows that begin in the span. */
export const windowPrefixes = (group: LogGroup, span: Window): string[] => prefixesOf(windowPrefix(group), span);
export const sweptPrefixes = (group: LogGroup, span: Window): string[] => prefixesOf(sweptPrefix(group), span);

/**
 * Times of this century and the next have thirteen digits: what begins with the same five lies within 28 hours, with the same seven
 * within 17 minutes.
 */
const blocks = [
  { digits: 7, lengthMs: 1e6 },
  { digits: 6, lengthMs: 1e7 },
  { digits: 5, lengthMs: 1e8 },
] as const;
const fewBlocks = 2;

function prefixesOf(prefix: string, { fromMs, toMs }: Window): string[] {
  const { digits, lengthMs } = blocks.find((each) => (toMs - fromMs) / each.lengthMs <= fewBlocks) ?? blocks[2];
  const prefixes: string[] = [];
  for (let at = Math.floor(fromMs / lengthMs); at * lengthMs < toMs; at++) {
    prefixes.push(prefix + String(at * lengthMs).slice(0, digits));
  }
  return prefixes;
}

const spanPattern = /:(\d{1,15})-(\d{1,15})(?::(\d{1,15}))?$/;

/** The window that a unit is named after; null when it is the name of something else. */
export function windowOfUnit(unit: string): Window | null {
  const match = spanPattern.exec(unit);
  return match === null || match[3] !== undefined ? null : { fromMs: Number(match[1]), toMs: Number(match[2]) };
}

/** Chunk and age of a sweep that was done. */
export function sweptOfUnit(unit: string): (Window & { readonly ageMs: number }) | null {
  const match = spanPattern.exec(unit);
  if (match?.[3] === undefined) return null;
  return { fromMs: Number(match[1]), toMs: Number(match[2]), ageMs: Number(match[3]) };
}

export function startOfUnit(unit: string): number | null {
  const match = /:(\d{1,15})$/.exec(unit);
  return match === null ? null : Number(match[1]);
}

/**
 * The group of an ARN, with or without the `:*` that IAM wants behind it; null when it is none.
 * `arn:aws:logs:eu-west-1:111122223333:log-group:/aws/apigateway/shop:*`
 */
export function logGroupOfArn(arn: string): LogGroup | null {
  const match = /^arn:[^:]{1,32}:logs:([^:]{1,64}):(\d{12}):log-group:([^:*]{1,512})(?::\*)?$/.exec(arn);
  if (match === null) return null;
  return { region: match[1] as string, account: match[2] as string, name: match[3] as string };
}
