import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { LogGroup } from './log-events-client.js';
import { feedOf } from './unit-names.js';
import { floorTo, minuteMs, type Window } from './windows.js';

/**
 * Minutes of a group that were read thriftily, and those of which it was begun: they are read so again, since what was written down of
 * them stays. Windows are whole minutes.
 */
export class ThriftyMinutes {
  private readonly minutes: Set<number>;

  constructor(minutes: Iterable<number> = []) {
    this.minutes = new Set(minutes);
  }

  has(window: Window): boolean {
    return minutesOf(window).some((minute) => this.minutes.has(minute));
  }

  add(window: Window): void {
    for (const minute of minutesOf(window)) this.minutes.add(minute);
  }

  forgetBefore(timeMs: number): void {
    for (const minute of this.minutes) if (minute < timeMs) this.minutes.delete(minute);
  }
}

/** What the store has of them. */
export const readThriftyMinutes = async (
  sink: Pick<UnitSink, 'readRefusalsOnly'>,
  group: LogGroup,
  span: Window,
): Promise<ThriftyMinutes> => new ThriftyMinutes(await sink.readRefusalsOnly(feedOf(group), span));

function minutesOf({ fromMs, toMs }: Window): number[] {
  const minutes: number[] = [];
  for (let minute = floorTo(minuteMs, fromMs); minute < toMs; minute += minuteMs) minutes.push(minute);
  return minutes;
}
