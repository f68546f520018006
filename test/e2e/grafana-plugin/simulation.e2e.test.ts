import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultApiLimits } from '../../../server/src/api/deps.js';
import { evaluateGauges, type GaugeEvaluation } from '../../../server/src/api/gauges/evaluate-gauges.js';
import { incidentKinds } from '../../../server/src/demo/incident-kinds.js';
import { createSpikeReader } from '../../../server/src/spikes/spike-reader.js';
import { repository } from '../../provisioning/repository-files.js';
import { itWith, runTool } from '../../provisioning/tools.js';
import { startApi } from '../../server/api/start-api.js';
import { completeUntil, DayAnswers, type Span } from '../../simulation/day-answers.js';
import { demoFeeds, handOver, readCompleteUntil, startDemo } from '../../simulation/demo-service.js';
import { DemoTruth, type ExpectedInstance, type Stretch } from '../../simulation/demo-truth.js';
import { pageOf, promtoolFile, readPage } from '../../simulation/prometheus-day.js';
import { chanceMoments, simulateRule, stretchesAround } from '../../simulation/simulate-rules.js';
import { readProvisionedRules, type SimulatedRule } from '../../simulation/simulated-rule.js';
import { openStored } from '../../simulation/stored-day.js';
import { makeFolder, report, tidy, tidyMs } from '../service/program.js';
import { buildHost, PluginHost } from './plugin-host.js';

/*
 * A simulation: no Grafana runs here. The provisioned rules are read from their files, their queries are answered by the built backend
 * before the built service, and test/simulation evaluates what comes back as Grafana's documentation says. The two days before the
 * judged one are quiet. All days lie far ahead, where the database does not forget them.
 */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const seed = Number(process.env['WHY403_SIMULATION_SEED'] ?? 403);
/** A Wednesday. */
const judgedMs = Date.UTC(2050, 5, 15);
/** The demo begins its history so long before the hour. */
const leadMs = 20 * minuteMs;
const quietFromMs = judgedMs - 2 * dayMs - leadMs;
const incidentsFromMs = judgedMs - leadMs;
const endMs = judgedMs + dayMs;
/** All of the day is read then. */
const afterMs = endMs + 10 * minuteMs;

/** The demo's watermark is so far behind its clock. */
const lagMs = 30_000;
/** Grafana ticks every 10 s and spreads rules over their interval: so long after the minute the newest complete one is oldest. */
const offsetMs = 20_000;
/** A scrape and an evaluation of Prometheus, every 30 s each, come after it. */
const prometheusDelayMs = lagMs + 60_000;

/** The hour that the history begins in counts, so there is a baseline after 23 whole ones. */
const firstDay: Span = { fromMs: judgedMs - 2 * dayMs, toMs: judgedMs - dayMs - hourMs };
const quietDay: Span = { fromMs: judgedMs - dayMs, toMs: judgedMs - 30 * minuteMs };
const judgedDay: Span = { fromMs: judgedMs, toMs: endMs };

const directory = join(makeFolder(), 'data');
let service: Awaited<ReturnType<typeof startDemo>>;
let host: PluginHost;
let expected: readonly ExpectedInstance[];
let scanners: readonly ExpectedInstance[];

const rules = readProvisionedRules();
const isOfSeries = ({ queries }: SimulatedRule): boolean =>
  queries.every(({ model }) => model['queryType'] === 'spikes');
/** Moments of the judged day at which something begins or ends, whole minutes. */
const edgesOf = (uid: string): readonly number[] =>
  expected
    .filter(({ rule }) => rule === uid)
    .flatMap(({ fromMs, byMs, untilMs }) => [fromMs, byMs, untilMs])
    .map((ms) => Math.ceil(ms / minuteMs) * minuteMs)
    .filter((ms) => ms >= judgedMs && ms <= endMs);
const ruleOf = (uid: string): SimulatedRule => rules.find((rule) => rule.uid === uid) as SimulatedRule;

beforeAll(async () => {
  const stretches: readonly Stretch[] = [
    { fromMs: quietFromMs, toMs: incidentsFromMs, plan: 'none' },
    { fromMs: incidentsFromMs, toMs: afterMs, plan: 'scheduled' },
  ];
  const clockMs = incidentsFromMs - minuteMs;
  const starting = startDemo({ directory, seed, incidents: 'none', historyHours: 47, clockMs });
  // While it makes up its history.
  const truth = new DemoTruth(seed, stretches);
  expected = truth.expected();
  scanners = truth.expectedOfScanners(firstDay);
  await (await starting).stop();
  handOver(directory, 'scheduled');
  const startingAgain = startDemo({ directory, seed, incidents: 'scheduled', historyHours: 24, clockMs: afterMs });
  const program = buildHost(makeFolder());
  service = await startingAgain;
  host = await PluginHost.start(program, { url: service.url });
}, 600_000);

afterAll(async () => {
  await host?.stop();
  await tidy();
}, tidyMs);

describe('simulation: what the rules raise over a day', () => {
  it('expects something of every kind of incident, and of the rules that are about incidents', () => {
    const judged = expected.filter(({ fromMs }) => fromMs >= judgedMs);
    expect(new Set(judged.map(({ incident }) => incident.replace(/-\d+$/, ''))).size).toBe(incidentKinds.length);
    expect([...new Set(judged.map(({ rule }) => rule))].sort()).toEqual([
      'why403-authorizer',
      'why403-keys',
      'why403-new-cause',
      'why403-spike',
      'why403-waf',
    ]);
  });

  it.each(rules.filter(isOfSeries))(
    '$uid: each incident its own instances within five minutes, and nothing else',
    async (rule) => {
      const answers = new DayAnswers(host, judgedDay, lagMs);
      const { faults, delays, evaluations } = await simulateRule(rule, answers, judgedDay, expected, offsetMs);
      for (const [{ incident, apiId, stage, cause }, delayMs] of delays) {
        report(`${rule.uid} ${incident} ${apiId}/${stage} ${cause}: ${(delayMs / minuteMs).toFixed(1)} min`);
      }
      expect(faults).toEqual([]);
      expect(evaluations).toBe(1440);
    },
  );

  it('a quiet day raises nothing', async () => {
    const answers = new DayAnswers(host, quietDay, lagMs);
    for (const rule of rules.filter(isOfSeries)) {
      const { faults } = await simulateRule(rule, answers, quietDay, [], offsetMs);
      expect(faults).toEqual([]);
    }
  });

  it('a quiet first day, without a baseline, raises nothing but scanners above a fifth of the requests of their stage', async () => {
    const answers = new DayAnswers(host, firstDay, lagMs);
    for (const rule of rules.filter(isOfSeries)) {
      const { faults } = await simulateRule(rule, answers, firstDay, scanners, offsetMs);
      expect(faults).toEqual([]);
    }
  });

  it('windows cut out of a day are those that are asked for themselves', async () => {
    const answers = new DayAnswers(host, judgedDay, lagMs);
    const moments = [...edgesOf('why403-spike'), ...chanceMoments(judgedDay, 10, seed)];
    const queries = rules.filter(isOfSeries).flatMap((rule) => rule.queries);
    for (const [i, atMs] of moments.entries()) {
      // Each moment a few of them, so that all have their turn.
      const some = queries.filter((_, j) => (i + j) % 6 === 0);
      const found = await Promise.all(some.map((query) => answers.differences(query, atMs + (i % 6) * 10_000)));
      expect(found.flat()).toEqual([]);
    }
    report(`${moments.length} moments compared`);
  });

  it('why403-new-cause: each route that an incident is new to, within five minutes of its fifth refused request', async () => {
    const answers = new DayAnswers(host, judgedDay, lagMs);
    const moments = [...edgesOf('why403-new-cause'), ...chanceMoments(judgedDay, 10, seed)];
    const around = { beforeMs: minuteMs, afterMs: minuteMs };
    for (const span of stretchesAround(judgedDay, moments, around)) {
      const { faults, delays } = await simulateRule(ruleOf('why403-new-cause'), answers, span, expected, offsetMs);
      for (const [{ incident, route }, delayMs] of delays) {
        if (delayMs <= 10 * minuteMs)
          report(`why403-new-cause ${incident} ${route}: ${(delayMs / minuteMs).toFixed(1)} min`);
      }
      expect(faults).toEqual([]);
    }
  });

  it.each([
    ['why403-new-cause', 'a quiet first day', firstDay],
    ['why403-new-cause', 'a quiet day', quietDay],
    ['why403-unknown', 'a quiet first day', firstDay],
    ['why403-unknown', 'a quiet day', quietDay],
    ['why403-unknown', 'a day with incidents', judgedDay],
    ['why403-lag', 'a day with incidents', judgedDay],
  ] as const)('%s raises nothing at moments by chance of %s', async (uid, _, span) => {
    const answers = new DayAnswers(host, span, lagMs);
    const rule = ruleOf(uid);
    // As long as the rule waits, and a minute more.
    const afterMs = rule.settings.forMs + minuteMs;
    for (const some of stretchesAround(span, chanceMoments(span, 5, seed), { beforeMs: 0, afterMs })) {
      const { faults } = await simulateRule(rule, answers, some, expected, offsetMs);
      expect(faults).toEqual([]);
    }
  });
});

describe('simulation: what /metrics tells of the same days', () => {
  let stored: Awaited<ReturnType<typeof openStored>>;
  const { maxSeries } = defaultApiLimits;

  beforeAll(async () => {
    expect(Math.min(...(await readCompleteUntil(service.url)))).toBeGreaterThan(endMs);
    await service.stop();
    stored = await openStored(directory, () => afterMs);
  }, 120_000);

  afterAll(async () => {
    await stored?.close();
  });

  const evaluate = (span: Span): Promise<GaugeEvaluation> => {
    const { store } = stored;
    return evaluateGauges({ store, spikes: createSpikeReader({ store }), limits: { maxSeries } }, span, afterMs);
  };

  it('the minutes of a long evaluation are the pages of /metrics', async () => {
    const evaluation = await evaluate(judgedDay);
    let pageMs = endMs;
    const api = await startApi({ store: stored.store, nowMs: () => pageMs });
    const inIncidents = expected
      .filter(({ rule, fromMs }) => rule === 'why403-spike' && fromMs >= judgedMs)
      .map(({ fromMs, untilMs }) => (fromMs + untilMs) / 2);
    // One of each kind.
    for (const atMs of [...inIncidents.slice(0, incidentKinds.length), ...chanceMoments(judgedDay, 3, seed)]) {
      pageMs = atMs;
      const page = readPage(await (await api.fetch('/metrics')).text());
      expect(page.size).toBeGreaterThan(20);
      expect(page).toEqual(pageOf(evaluation, completeUntil(atMs, 0), maxSeries));
    }
  }, 120_000);

  for (const [name, span, expectedOf] of [
    ['a quiet first day', firstDay, () => scanners],
    ['a quiet day', quietDay, () => []],
    ['a day with incidents', judgedDay, () => expected],
  ] as const) {
    itWith(
      'promtool',
      `promtool runs the shipped rules on ${name}: what must fire does, and nothing else`,
      async () => {
        const file = join(makeFolder(), 'rules.test.json');
        const rulesPath = join(repository, 'provisioning/prometheus/why403.rules.yml');
        const day = { rulesPath, feeds: demoFeeds, maxSeries, delayMs: prometheusDelayMs };
        writeFileSync(file, promtoolFile(await evaluate(span), span, expectedOf(), day));
        const run = runTool('promtool', ['test', 'rules', file]);
        // What failed, without the empty lines between.
        expect(run?.code === 0 ? [] : run?.out.split('\n').filter((line) => line.trim() !== '')).toEqual([]);
      },
    );
  }
});
