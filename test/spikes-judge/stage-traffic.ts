import { Chance } from './chance.js';
import { type CountedKey, type CountedTraffic, dayMs, type Incident, minuteMs, nameOf } from './counted-traffic.js';

/** One stage while it is being made. Minutes are counted from the beginning of the traffic. */
export class StageTraffic {
  readonly chance: Chance;
  readonly minutes: number;
  readonly accepted: Float64Array;
  private readonly causes = new Map<string, { usual: Float64Array; more: Float64Array }>();
  private readonly raised: { what: string; cause: string; from: number; to: number }[] = [];
  private readonly place: { readonly api_id: string; readonly stage: string };
  private readonly fromMs: number;

  constructor(name: string, seed: number, fromMs: number, days: number) {
    this.chance = new Chance(seed, name);
    this.minutes = (days * dayMs) / minuteMs;
    this.accepted = new Float64Array(this.minutes);
    this.place = { api_id: name.replace(/\W+/g, '-'), stage: 'prod' };
    this.fromMs = fromMs;
  }

  /** Requests per minute, that nobody refuses. */
  accept(rate: (minute: number) => number): void {
    for (let minute = 0; minute < this.minutes; minute++) this.accepted[minute] = rate(minute);
  }

  /** Refused requests per minute that are usual here. */
  refuse(cause: string, rate: (minute: number) => number): void {
    const { usual } = this.of(cause);
    for (let minute = 0; minute < this.minutes; minute++) usual[minute] = (usual[minute] as number) + rate(minute);
  }

  /** Usual as well: so many requests within some minutes. */
  burst(cause: string, minute: number, length: number, requests: number): void {
    const { usual } = this.of(cause);
    for (let i = minute; i < Math.min(this.minutes, minute + length); i++)
      usual[i] = (usual[i] as number) + requests / length;
  }

  /** Not usual: what the judge has to find. Rate by minutes since it began. */
  incident(
    what: string,
    cause: string,
    day: number,
    hour: number,
    length: number,
    rate: (since: number) => number,
  ): void {
    // What comes every day at the same hour would be a habit.
    this.repeated(
      what,
      cause,
      Math.round((day * 24 + ((hour + 7 * day) % 24)) * 60) + this.chance.whole(0, 40),
      length,
      rate,
    );
  }

  /** One that does come at the same hour. */
  repeated(what: string, cause: string, from: number, length: number, rate: (since: number) => number): void {
    const to = Math.min(this.minutes, from + length);
    if (to - from < 10) return;
    const { more } = this.of(cause);
    for (let i = from; i < to; i++) more[i] = (more[i] as number) + rate(i - from);
    this.raised.push({ what, cause, from, to });
  }

  private of(cause: string): { usual: Float64Array; more: Float64Array } {
    const known = this.causes.get(cause) ?? {
      usual: new Float64Array(this.minutes),
      more: new Float64Array(this.minutes),
    };
    this.causes.set(cause, known);
    return known;
  }

  /** Lets chance decide, and counts. */
  count(name: string, days: number): CountedTraffic {
    const labels = { account: '111122223333', region: 'eu-west-1', ...this.place };
    const requests: CountedKey = { labels: { ...labels, cause: '', group: '' }, counts: new Uint32Array(this.minutes) };
    for (let i = 0; i < this.minutes; i++) requests.counts[i] = this.chance.poisson(this.accepted[i] as number);
    const refused = new Map<string, CountedKey>();
    const incidents: Incident[] = [];
    for (const [cause, { usual, more }] of this.causes) {
      const background = Uint32Array.from(usual, (rate) => this.chance.poisson(rate));
      const extra = Uint32Array.from(more, (rate) => this.chance.poisson(rate));
      const counts = background.map((count, i) => count + (extra[i] as number));
      for (let i = 0; i < this.minutes; i++)
        requests.counts[i] = (requests.counts[i] as number) + (counts[i] as number);
      const key = { ...labels, cause, group: cause };
      refused.set(nameOf(key), { labels: key, counts });
      const spread = deviationOfFive(background);
      for (const { what, cause: of, from, to } of this.raised) {
        if (of !== cause) continue;
        const came = extra.subarray(from, from + 5).reduce((a, b) => a + b, 0);
        const times = { fromMs: this.fromMs + from * minuteMs, toMs: this.fromMs + to * minuteMs };
        // Said before anything is judged: at least ten, and more than chance and habit of this stage are likely to bring.
        incidents.push({ what, labels: key, ...times, canBeFound: came >= Math.max(10, 5 * spread) });
      }
    }
    const toMs = this.fromMs + days * dayMs;
    return {
      name,
      fromMs: this.fromMs,
      toMs,
      refused,
      requests: new Map([[nameOf(requests.labels), requests]]),
      incidents,
    };
  }
}

/** Standard deviation of the counts of five minutes around what lasts: the shape of the day is not in it. */
function deviationOfFive(counts: Uint32Array): number {
  const fives = Array.from({ length: Math.floor(counts.length / 5) }, (_, i) =>
    counts.subarray(i * 5, i * 5 + 5).reduce((a, b) => a + b, 0),
  );
  const steps = fives.slice(1).map((count, i) => count - (fives[i] as number));
  return Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / steps.length / 2);
}
