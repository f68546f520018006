import { visible } from '../text/visible.js';
import { isoTime } from './iso-time.js';
import { formatSeconds, progressBar } from './progress.js';
import type { ToldBackfill } from './told-backfill.js';

/** `[########------------]   41 %  1,771 of 4,320 windows  6 min 10 s left  12,345 events`; `first`: `elapsedMs` ago. */
export function backfillProgress(now: ToldBackfill, first: ToldBackfill, elapsedMs: number): string {
  const { windows, doneWindows, events } = now;
  const parts = [progressBar(windows === 0 ? 0 : doneWindows / windows)];
  parts.push(`${count(doneWindows)} of ${count(windows)} windows`);
  const rate = elapsedMs > 0 ? ((doneWindows - first.doneWindows) / elapsedMs) * 1000 : 0;
  if (rate > 0 && windows > doneWindows) parts.push(`${formatSeconds((windows - doneWindows) / rate)} left`);
  // The first to go where the terminal is narrow.
  parts.push(`${count(events)} events`);
  return parts.join('  ');
}

const endings: Readonly<Record<string, string>> = {
  running: 'is under way',
  done: 'is done',
  stopped: 'was stopped: begun again, it goes on',
  failed: 'has ended, and not all was read: begun again, it reads what is missing',
};

const unread = new Set(['waiting', 'reading', 'done', 'absent']);

/** What became of it, and what could not be read. */
export function renderBackfill(told: ToldBackfill, nowMs: number): string {
  const { from, to, api, stage, windows, doneWindows, events, startedAt, endedAt } = told;
  const of = [
    ...(api === null ? [] : [`API ${api}`]),
    ...(stage === null ? [] : [`stage ${stage}`]),
    told.groups.length === 1 ? '1 log group' : `${count(told.groups.length)} log groups`,
  ];
  const lines = [
    `The backfill of ${isoTime(from)} to ${isoTime(to)} (${of.join(', ')}) ${endings[told.state] ?? told.state}.`,
    `${count(doneWindows)} of ${count(windows)} windows are stored, ${count(events)} events were read in ${formatSeconds(((endedAt ?? nowMs) - startedAt) / 1000)}.`,
  ];
  for (const problem of told.problems) lines.push(`  ${problem}`);
  for (const { account, region, group, state, message } of told.groups) {
    if (!unread.has(state)) lines.push(`  ${account} ${region} ${group}: ${state}. ${message}`);
  }
  return `${lines.map(visible).join('\n')}\n`;
}

const count = (figure: number): string => figure.toLocaleString('en-US');
