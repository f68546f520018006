import { visibleExcerpt } from '../text/visible.js';

/** How far reading has come. */
export interface ProgressState {
  readonly name: string;
  /** Bytes read of all inputs. */
  readonly bytes: number;
  /** Bytes of all inputs; null when one of them does not tell (a pipe). */
  readonly totalBytes: number | null;
  readonly elapsedMs: number;
}

const maxName = 40;
const barWidth = 20;
const beginsAfterMs = 300;
const everyMs = 100;

/** A line that is written over again and again; nothing where there is no terminal. */
export class ProgressLine {
  private readonly write: ((text: string) => Promise<void>) | null;
  private readonly nowMs: () => number;
  private readonly startMs: number;
  private readonly width: number;
  private shownMs: number;
  private isShown = false;

  constructor(options: {
    readonly write: ((text: string) => Promise<void>) | null;
    readonly nowMs: () => number;
    readonly width: number;
  }) {
    this.write = options.write;
    this.nowMs = options.nowMs;
    this.width = options.width;
    this.startMs = options.nowMs();
    // What is done in a moment needs no bar.
    this.shownMs = this.startMs + beginsAfterMs - everyMs;
  }

  async show(state: Omit<ProgressState, 'elapsedMs'>): Promise<void> {
    await this.showText((elapsedMs) => progressText({ ...state, elapsedMs }));
  }

  async showText(textAfter: (elapsedMs: number) => string): Promise<void> {
    if (this.write === null) return;
    const now = this.nowMs();
    if (now - this.shownMs < everyMs) return;
    this.shownMs = now;
    this.isShown = true;
    const text = textAfter(now - this.startMs);
    await this.write(`\r${text.slice(0, this.width - 1)}\x1b[K`);
  }

  async clear(): Promise<void> {
    if (this.write !== null && this.isShown) await this.write('\r\x1b[K');
    this.isShown = false;
  }
}

/** `access.log  [########------------]  41 %  1.2 of 2.9 GB  310 MB/s  6 s left` */
export function progressText({ name, bytes, totalBytes, elapsedMs }: ProgressState): string {
  const shownName = visibleExcerpt(name.slice(-maxName), maxName);
  const rate = elapsedMs > 0 ? (bytes / elapsedMs) * 1000 : 0;
  const parts = [shownName];
  if (totalBytes === null || totalBytes === 0) parts.push(formatBytes(bytes));
  else {
    // A file may grow while it is read.
    parts.push(progressBar(Math.min(1, bytes / totalBytes)));
    parts.push(`${formatBytes(bytes)} of ${formatBytes(totalBytes)}`);
  }
  parts.push(`${formatBytes(rate)}/s`);
  if (totalBytes !== null && rate > 0 && totalBytes > bytes) {
    parts.push(`${formatSeconds((totalBytes - bytes) / rate)} left`);
  }
  return parts.join('  ');
}

/** `[########------------]   41 %`; `done`: 0 to 1. */
export function progressBar(done: number): string {
  const full = Math.floor(done * barWidth);
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]  ${String(Math.floor(done * 100)).padStart(3)} %`;
}

/** `812 B`, `1.4 MB`: powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `42 s`, `3 min 05 s`, `2 h 10 min` */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
