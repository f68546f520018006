import { createSpikeReader, type SpikeSeries } from '../../server/src/spikes/spike-reader.js';
import { type CountedTraffic, dayMs, minuteMs } from './counted-traffic.js';
import { demoTraffic } from './demo-traffic.js';
import { storeOf } from './traffic-store.js';

const width = 900;
const height = 190;
const left = 44;
const right = 24;
const top = 34;
const bottom = 24;
const hourMs = 60 * minuteMs;

/** Two stages of the demo: one with an incident, one with scanners that come again and again. */
export async function drawPicture(fromMs: number): Promise<string> {
  const traffic = demoTraffic(403, 'scheduled', fromMs, 5);
  const incident = traffic.incidents.find(
    (each) =>
      each.what === 'authorizer-deploy' && each.fromMs > fromMs + 4 * dayMs && each.fromMs < fromMs + 4.8 * dayMs,
  );
  if (incident === undefined) throw new Error('expected an incident of the authorizer on the last day');
  const middleMs = Math.floor(incident.fromMs / hourMs) * hourMs;
  const panels = [
    { title: 'orders · authorizer_denied: a deploy denies everyone', ...incident.labels },
    {
      title: 'warehouse-devices · route_not_found: scanners, a habit of this stage',
      api_id: 'd7v4n1kx8q',
      cause: 'route_not_found',
    },
  ];
  const drawn: string[] = [];
  for (const [i, { title, api_id, cause }] of panels.entries()) {
    const series = await seriesOf(traffic, api_id, cause, middleMs - 4 * hourMs, middleMs + 4 * hourMs);
    drawn.push(`<g transform="translate(0 ${i * (height + 10)})">${panelOf(title, series, middleMs - 4 * hourMs)}</g>`);
  }
  const total = panels.length * (height + 10) + 30;
  const legend = `<text x="${left}" y="${total - 10}">blue: refused requests of five minutes · grey: what is expected at most · red: a spike</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="sans-serif" font-size="12" fill="#333">
<title>Refused requests of two stages over eight hours, with their bounds; only the incident is a spike</title>
<rect width="${width}" height="${total}" fill="#fff"/>
${drawn.join('\n')}
${legend}
</svg>
`;
}

async function seriesOf(
  traffic: CountedTraffic,
  api: string,
  cause: string,
  fromMs: number,
  toMs: number,
): Promise<SpikeSeries> {
  const filter = { api_id: { in: [api] }, stage: { in: ['prod'] }, cause: { in: [cause] } };
  const range = { fromMs, toMs, stepMs: minuteMs, nowMs: traffic.toMs };
  const { series } = await createSpikeReader({ store: storeOf(traffic) }).evaluate({
    ...range,
    filter,
    leastShare: null,
    limit: 1,
  });
  return series[0] as SpikeSeries;
}

function panelOf(title: string, { values, spikes }: SpikeSeries, fromMs: number): string {
  const count = values.count.map((value) => value ?? 0);
  const upper = values.expected_upper.map((value) => value ?? 0);
  const most = Math.max(...count, ...upper) * 1.05;
  const x = (minute: number): string => (left + (minute / count.length) * (width - left - right)).toFixed(1);
  const y = (value: number): string => (height - bottom - (value / most) * (height - bottom - top)).toFixed(1);
  const lineOf = (told: readonly number[]): string => told.map((value, i) => `${x(i)},${y(value)}`).join(' ');
  const minuteOf = (ms: number): number => (ms - fromMs) / minuteMs;
  const marks = spikes.map(({ beganMs, endedMs }) => {
    const begin = Number(x(minuteOf(beganMs)));
    const end = Number(x(minuteOf(endedMs ?? beganMs)));
    return `<rect x="${begin}" y="${top}" width="${(end - begin).toFixed(1)}" height="${height - bottom - top}" fill="#d33" opacity="0.18"/>`;
  });
  const hours = Array.from({ length: count.length / 60 + 1 }, (_, hour) => {
    const label = new Date(fromMs + hour * hourMs).toISOString().slice(11, 16);
    return `<text x="${x(hour * 60)}" y="${height - 8}" text-anchor="middle" fill="#777">${label}</text>`;
  });
  return [
    `<text x="${left}" y="20" font-weight="bold">${title}</text>`,
    ...marks,
    `<polygon points="${x(0)},${y(0)} ${lineOf(upper)} ${x(count.length)},${y(0)}" fill="#999" opacity="0.25"/>`,
    `<polyline points="${lineOf(count)}" fill="none" stroke="#1f6fd0" stroke-width="1.5"/>`,
    `<line x1="${left}" y1="${y(0)}" x2="${width - right}" y2="${y(0)}" stroke="#999"/>`,
    `<text x="${left - 6}" y="${y(most / 1.05)}" text-anchor="end" fill="#777">${Math.round(most / 1.05)}</text>`,
    `<text x="${left - 6}" y="${y(0)}" text-anchor="end" fill="#777">0</text>`,
    ...hours,
  ].join('\n');
}
