import { visible } from '../text/visible.js';
import { isoTime } from './iso-time.js';
import { createPalette, type Palette, type Style } from './palette.js';
import { formatSeconds } from './progress.js';
import type { SourcesAnswer } from './sources-answer.js';
import { type RejectedLines, rejectedAdvice, rejectedLines, rejectedRows } from './status-rejected.js';
import { completeColumn, completeHeading, count, mostRows, rest, tail, utc, widest } from './status-row.js';
import { hanging, wrap } from './wrap.js';

type Group = SourcesAnswer['groups'][number];
type Account = SourcesAnswer['accounts'][number];

export interface StatusTextOptions {
  readonly style: Style;
  readonly url: string;
  readonly nowMs: number;
  /** Groups without a fault, too. */
  readonly showsAll: boolean;
}

/** Made by AWS when there is something to log, or read: nothing has to be done. */
const quiet: ReadonlySet<string> = new Set(['reading', 'absent']);

/** Whether nobody has to do anything. */
export const isWell = ({ groups, accounts }: Pick<SourcesAnswer, 'groups' | 'accounts'>): boolean =>
  groups.every(isWellRead) && accounts.every(({ problems }) => problems.length === 0);

const isWellRead = (group: Group): boolean => quiet.has(group.state) && group.gaps.length === 0 && !isFarBehind(group);

/** Longer than the longest window takes to end, settle and be read would be right for some; for people who look it is too long. */
const longLagMs = 15 * 60_000;
const isFarBehind = ({ state, lagMs }: Group): boolean => state === 'reading' && (lagMs ?? 0) > longLagMs;

/** By design, and yet people should know: shares are missing. */
const isThrifty = ({ reading }: Group): boolean => reading === 'thrifty';

/** How far everything is read. Bounded, however many groups there are. */
export function renderStatus(answer: SourcesAnswer, options: StatusTextOptions): string {
  const { accounts, groups, feeds } = answer;
  const { nowMs } = options;
  const palette = createPalette(options.style.colors);
  const polled = new Map(groups.map(({ account, region, group }) => [`cwl:${account}:${region}:${group}`, group]));
  const rejected = rejectedLines(answer, nowMs);
  const others = feeds.filter(({ feed }) => !polled.has(feed));
  const sections = [
    accountLines(accounts, options, palette),
    groupLines(groups, options, palette),
    feedLines(others, palette),
    rejectedRows(rejected, (feed) => polled.get(feed) ?? feed, palette),
    faultLines(answer, rejected, options, palette),
  ].filter((lines) => lines.length > 0);
  const head = palette.dim(`${visible(options.url)} · ${utc(nowMs)} UTC`);
  if (sections.length === 0)
    return `${head}\n\nNothing is read yet: docs/configuration.md says what \`sources\` there are.\n`;
  return `${[[head], ...sections].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function accountLines(accounts: readonly Account[], { nowMs }: StatusTextOptions, palette: Palette): string[] {
  if (accounts.length === 0) return [];
  return [
    palette.bold('Accounts'),
    ...accounts.map(({ account, region, stages, takenAt, problems }) => {
      const sign = takenAt === null || problems.length > 0 ? palette.warning('!') : palette.ok('✓');
      const seen =
        takenAt === null
          ? 'not looked at yet'
          : `${stages} ${stages === 1 ? 'stage' : 'stages'}, looked at ${formatSeconds(Math.max(0, nowMs - takenAt) / 1000)} ago`;
      return `  ${sign} ${visible(`${account ?? '(account not known yet)'} ${region}`)}  ${palette.dim(seen)}`;
    }),
  ];
}

function groupLines(groups: readonly Group[], { showsAll }: StatusTextOptions, palette: Palette): string[] {
  if (groups.length === 0) return [];
  const shown = groups.filter((group) => showsAll || !isWellRead(group) || isThrifty(group));
  const well = groups.length - groups.filter((group) => !isWellRead(group)).length;
  const summary = `  ${well === groups.length ? palette.ok('✓') : palette.warning('!')} ${well} of ${groups.length} are up to date${mostBehind(groups)}`;
  const thrifty = groups.filter(isThrifty).length;
  const thriftily =
    thrifty === 0 ? [] : [`  ${palette.warning('!')} ${thrifty} of them thriftily: AWS is asked for refusals only`];
  const rows = shown
    .slice()
    .sort((a, b) => Number(isWellRead(a)) - Number(isWellRead(b)) || (b.lagMs ?? 0) - (a.lagMs ?? 0))
    .slice(0, mostRows);
  const names = rows.map(({ group }) => tail(visible(group)));
  const column = widest(names);
  const heading = palette.dim(`    ${''.padEnd(column)}  ${''.padEnd(stateColumn)}  ${completeHeading}`);
  return [
    palette.bold('Log groups'),
    summary,
    ...thriftily,
    ...(rows.length === 0 ? [] : [heading]),
    ...rows.map(
      (group, i) =>
        `  ${signOf(group, palette)} ${(names[i] ?? '').padEnd(column)}  ${group.state.padEnd(stateColumn)}  ${completeColumn(group.completeUntil)}  ${figures(group, palette)}`,
    ),
    ...rest(shown.length - rows.length),
  ];
}

/** As wide as the longest state. */
const stateColumn = 17;

/** The worst of those that are being read. */
function mostBehind(groups: readonly Group[]): string {
  const read = groups.filter(({ state }) => state === 'reading');
  const lags = read.flatMap(({ lagMs }) => lagMs ?? []);
  const ends = read.flatMap(({ completeUntil }) => completeUntil ?? []);
  if (lags.length === 0) return '';
  const behind = `, at most ${formatSeconds(Math.max(...lags) / 1000)} behind`;
  return ends.length === 0 ? behind : `${behind} (complete until ${utc(Math.min(...ends))} UTC)`;
}

const signOf = (group: Group, palette: Palette): string =>
  isWellRead(group) ? palette.ok('✓') : group.state === 'reading' ? palette.warning('!') : palette.problem('✗');

function figures({ lagMs, reading, behindWindows, events, throttles, gaps }: Group, palette: Palette): string {
  const parts = [
    ...(reading === 'thrifty' ? ['refusals only'] : []),
    lagMs === null ? 'not read yet' : `${formatSeconds(lagMs / 1000)} behind`,
    ...(behindWindows > 1 ? [`${behindWindows} windows to read`] : []),
    `${count(events)} events`,
    ...(throttles > 0 ? [`${throttles} throttled`] : []),
    ...(gaps.length > 0 ? [`${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}`] : []),
  ];
  return palette.dim(parts.join(' · '));
}

function feedLines(feeds: SourcesAnswer['feeds'], palette: Palette): string[] {
  if (feeds.length === 0) return [];
  const rows = feeds.toSorted((a, b) => b.lagMs - a.lagMs).slice(0, mostRows);
  const names = rows.map(({ feed }) => tail(visible(feed)));
  const column = widest(names);
  return [
    palette.bold('Other feeds'),
    palette.dim(`    ${''.padEnd(column)}  ${completeHeading}`),
    ...rows.map(({ completeUntil, lagMs, requests }, i) => {
      const figures = `${formatSeconds(Math.max(0, lagMs) / 1000)} behind · ${count(requests)} requests`;
      return `    ${(names[i] ?? '').padEnd(column)}  ${completeColumn(completeUntil)}  ${palette.dim(figures)}`;
    }),
    ...rest(feeds.length - rows.length),
  ];
}

const mostFaults = 12;

/** One range for all: a backfill leaves out what is stored. */
function gapAdvice(groups: readonly Group[]): string[] {
  const gaps = groups.flatMap((group) => group.gaps);
  const fromMs = gaps.reduce((first, { from }) => Math.min(first, from), Number.POSITIVE_INFINITY);
  const toMs = gaps.reduce((last, { to }) => Math.max(last, to), Number.NEGATIVE_INFINITY);
  const [from, to] = [fromMs, toMs].map((timeMs) => isoTime(timeMs)?.replace('.000Z', 'Z'));
  if (from === undefined || to === undefined) return [];
  // First, so that no line is broken within it.
  return [
    `why403 backfill --from ${from} --to ${to} reads what was not read because the service stood still, or was not let in, for more than three days.`,
  ];
}

/** Each sentence once, however many groups it is true of. */
function faultLines(
  { groups, accounts, overlaps }: SourcesAnswer,
  rejected: readonly RejectedLines[],
  { style }: StatusTextOptions,
  palette: Palette,
): string[] {
  const sentences = new Set([
    ...accounts.flatMap(({ problems }) => problems.map(({ message }) => message)),
    ...groups.filter((group) => !quiet.has(group.state)).map(({ message }) => message),
    ...overlaps.map(({ message }) => message),
    ...gapAdvice(groups),
    ...(rejected.length > 0 ? [rejectedAdvice] : []),
    ...(groups.some(isThrifty)
      ? [
          'AWS allows too few calls to read all of what is read thriftily: what is counted from it has no shares. docs/aws/scaling.md says what else is missing, and what helps.',
        ]
      : []),
    ...groups.filter(isThrifty).flatMap(({ misses }) => misses.map((sentence) => `Left out: ${sentence}`)),
    ...groups.filter(isFarBehind).flatMap(({ group, wholeBecause }) => {
      return wholeBecause === null ? [] : [`${tail(group)} cannot be read thriftily. ${wholeBecause}`];
    }),
    ...(groups.some(isFarBehind)
      ? ['What is far behind is being caught up, oldest first: if that lasts, docs/aws/scaling.md says what helps.']
      : []),
  ]);
  sentences.delete('');
  if (sentences.size === 0) return [];
  const all = [...sentences];
  return [
    palette.bold('What to do'),
    ...all.slice(0, mostFaults).flatMap((sentence) => wrap(visible(sentence), style.width, hanging('  - '))),
    ...(all.length > mostFaults ? [`  and ${all.length - mostFaults} more; --json has all`] : []),
    '  `why403 check` tries every permission and prints the statement to add.',
  ];
}
