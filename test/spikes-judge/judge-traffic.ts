import { createSpikeReader, type Spike, type SpikeLabels } from '../../server/src/spikes/spike-reader.js';
import { type CountedTraffic, dayMs, type Incident, minuteMs, nameOf } from './counted-traffic.js';
import { storeOf } from './traffic-store.js';

export interface Alarm extends Spike {
  readonly name: string;
  /** Ends of the minutes with a score above 1. */
  readonly aboveMs: readonly number[];
  readonly isTrue: boolean;
}

export interface JudgedIncident extends Incident {
  /** From its start to the end of the first minute with a score above 1; null: never. */
  readonly delayMs: number | null;
  /** `began` as the service tells it, less the truth. */
  readonly onsetErrorMs: number | null;
  readonly baseline: Spike['baseline'] | null;
}

export interface JudgedTraffic {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly incidents: readonly JudgedIncident[];
  readonly alarms: readonly Alarm[];
}

/** A window holds requests of an incident for so long after its end. */
const afterMs = 5 * minuteMs;

/** Spikes of scanners are asked for as the shipped rules do. */
const questions = [
  { filter: { cause: { notIn: ['route_not_found'] } }, leastShare: null },
  { filter: { cause: { in: ['route_not_found'] } }, leastShare: 0.2 },
] as const;

/** Every minute of the traffic, a day at a time. */
export async function judgeTraffic(traffic: CountedTraffic, onDay: () => void = () => {}): Promise<JudgedTraffic> {
  const reader = createSpikeReader({ store: storeOf(traffic) });
  const alarms = new Map<string, { labels: SpikeLabels; spike: Spike; aboveMs: Set<number> }>();
  for (let fromMs = traffic.fromMs; fromMs < traffic.toMs; fromMs += dayMs) {
    for (const question of questions) {
      const range = { fromMs, toMs: Math.min(traffic.toMs, fromMs + dayMs), stepMs: minuteMs, nowMs: traffic.toMs };
      const { series, times } = await reader.evaluate({ ...range, ...question, limit: 10_000 });
      for (const { labels, spikes, values } of series) {
        const above = times.filter((_, i) => (values.score[i] ?? 0) > 1).map((time) => time + minuteMs);
        for (const spike of spikes) {
          const id = `${nameOf(labels)} ${spike.beganMs}`;
          const alarm = alarms.get(id) ?? { labels, spike, aboveMs: new Set<number>() };
          for (const at of above)
            if (at > spike.beganMs && at <= (spike.endedMs ?? traffic.toMs) + afterMs) alarm.aboveMs.add(at);
          alarms.set(id, { ...alarm, spike });
        }
      }
    }
    onDay();
  }
  const found = [...alarms.values()].map(({ labels, spike, aboveMs }) => ({
    ...spike,
    name: nameOf(labels),
    aboveMs: [...aboveMs],
  }));
  return {
    name: traffic.name,
    fromMs: traffic.fromMs,
    toMs: traffic.toMs,
    incidents: traffic.incidents.map((incident) => judgeIncident(incident, found)),
    alarms: found.map((alarm) => ({
      ...alarm,
      isTrue: traffic.incidents.some((incident) => belongs(alarm, incident)),
    })),
  };
}

type Found = Omit<Alarm, 'isTrue'>;

const belongs = ({ name, aboveMs }: Found, { labels, fromMs, toMs }: Incident): boolean =>
  name === nameOf(labels) && aboveMs.some((at) => at > fromMs && at <= toMs + afterMs);

function judgeIncident(incident: Incident, alarms: readonly Found[]): JudgedIncident {
  const mine = alarms.filter((alarm) => belongs(alarm, incident)).sort((a, b) => a.beganMs - b.beganMs);
  const [first] = mine;
  if (first === undefined) return { ...incident, delayMs: null, onsetErrorMs: null, baseline: null };
  const at = mine
    .flatMap(({ aboveMs }) => aboveMs)
    .filter((ms) => ms > incident.fromMs && ms <= incident.toMs + afterMs);
  return {
    ...incident,
    delayMs: Math.min(...at) - incident.fromMs,
    onsetErrorMs: first.beganMs - incident.fromMs,
    baseline: first.baseline,
  };
}

/** Of what was judged, what began then. */
export const within = (judged: JudgedTraffic, fromMs: number, toMs: number): JudgedTraffic => ({
  name: judged.name,
  fromMs,
  toMs,
  incidents: judged.incidents.filter((incident) => incident.fromMs >= fromMs && incident.fromMs < toMs),
  alarms: judged.alarms.filter(({ beganMs }) => beganMs >= fromMs && beganMs < toMs),
});
