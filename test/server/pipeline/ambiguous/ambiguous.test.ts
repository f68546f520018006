import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigFacts, causesFromConfig, type Verdict } from '../../../../parsers/src/index.js';
import type { ConfigSnapshot } from '../../../../server/src/store/control-plane-store.js';
import type { EventStore } from '../../../../server/src/store/event-store.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { openService } from '../../api/real-service.js';
import { unitOf } from '../bed.js';
import { type AmbiguousRequest, ambiguousRequests } from './requests.js';

const embedded = useTestDatabase();
const minute = 60_000;
/** So far ahead that no retention reaches it, whatever the database's clock says. */
const atMs = Date.UTC(2061, 2, 10, 12);

const variables: Readonly<Record<AmbiguousRequest['kind'], readonly string[]>> = {
  rest: [
    'httpMethod',
    'path',
    'resourcePath',
    'domainName',
    'customDomain.basePathMatched',
    'status',
    'error.responseType',
    'error.message',
    'identity.apiKey',
    'identity.apiKeyId',
    'identity.vpceId',
    'deploymentId',
    'isCanaryRequest',
  ],
  http: [
    'httpMethod',
    'path',
    'routeKey',
    'domainName',
    'status',
    'error.message',
    'integrationStatus',
    'identity.userArn',
    'authorizer.error',
  ],
};
const always = ['requestId', 'extendedRequestId', 'requestTimeEpoch', 'apiId', 'stage'];

const apiIdOf = (n: number): string => `api${String(n).padStart(7, '0')}`;
const requestIdOf = (n: number, { kind }: AmbiguousRequest): string =>
  kind === 'rest' ? `5b0e7d1c-93a4-4f26-8c11-${String(n).padStart(12, '0')}` : `Qh${String(n).padStart(11, '0')}FQ=`;
const extendedIdOf = (n: number, request: AmbiguousRequest): string =>
  request.kind === 'rest' ? `Qz${String(n).padStart(11, '0')}FQ=` : requestIdOf(n, request);

function unitsOf(request: AmbiguousRequest, n: number) {
  const { kind, without = [], execution } = request;
  const values: Record<string, string> = {
    requestId: requestIdOf(n, request),
    extendedRequestId: extendedIdOf(n, request),
    requestTimeEpoch: String(atMs),
    apiId: apiIdOf(n),
    stage: 'prod',
    domainName: `${apiIdOf(n)}.execute-api.eu-west-1.amazonaws.com`,
    ...request.values,
  };
  const logged = [...always, ...variables[kind].filter((name) => !without.includes(name))];
  const format = `{${logged.map((name) => `"${name}":"$context.${name}"`).join(',')}}`;
  const line = format.replace(/\$context\.([\w.]+)/g, (_, name: string) => values[name] ?? '-');
  const units = [unitOf({ id: `access ${n}`, format, lines: [line] })];
  if (execution !== undefined) {
    const said = [
      `Extended Request Id: ${values['extendedRequestId']}`,
      ...execution,
      'Method completed with status: 403',
    ];
    const lines = said.map(
      (text, i) =>
        `${new Date(atMs + i).toISOString()} (${values['requestId']}) ${text.replaceAll('ID', values['requestId'] ?? '').replaceAll('API/prod', `${apiIdOf(n)}/prod`)}`,
    );
    units.push(unitOf({ id: `execution ${n}`, format: null, lines }));
  }
  return units;
}

const snapshotOf = (config: ConfigFacts, n: number, takenMs: number): ConfigSnapshot => ({
  account: '111122223333',
  region: 'eu-west-1',
  apiId: apiIdOf(n),
  stage: 'prod',
  takenMs,
  config: { ...config, apiId: apiIdOf(n), stage: 'prod' },
});

type Known = 'there' | 'missing' | 'stale' | 'working copy' | 'changing';
/** What each of the requests would be let through by. */
const open: ConfigFacts = {
  ageMs: 0,
  routes: [{ path: '/{proxy+}', method: 'ANY', authorizationType: 'NONE', apiKeyRequired: false }],
  domains: [],
};

function snapshotsOf(known: Known, { config }: AmbiguousRequest, n: number): readonly ConfigSnapshot[] {
  switch (known) {
    case 'there':
      return [snapshotOf(config, n, atMs - 4 * minute)];
    case 'missing':
      return [];
    case 'stale':
      return [snapshotOf(config, n, atMs - 61 * minute)];
    case 'working copy':
      return [snapshotOf({ ...config, workingCopy: true }, n, atMs - 4 * minute)];
    case 'changing':
      return [snapshotOf(config, n, atMs - 4 * minute), snapshotOf(open, n, atMs + minute)];
  }
}

/** Logs first, then what the control plane said, then the sweep: as it is when discovery comes late. */
async function judgedWith(known: Known): Promise<readonly Verdict[]> {
  const { store, sink } = await openService(embedded, () => atMs + 10 * minute);
  for (const [n, request] of ambiguousRequests.entries())
    for (const unit of unitsOf(request, n)) await sink.accept(unit);
  const snapshots = ambiguousRequests.flatMap((request, n) => snapshotsOf(known, request, n));
  for (const snapshot of snapshots) await store.insertConfigSnapshots([snapshot], atMs);
  await sink.sweep(0);
  const verdicts: Verdict[] = [];
  for (const [n, request] of ambiguousRequests.entries()) verdicts.push(await verdictOf(store, request, n));
  return verdicts;
}

async function verdictOf(store: EventStore, request: AmbiguousRequest, n: number): Promise<Verdict> {
  const found = await store.findEvents(requestIdOf(n, request));
  expect(found, request.name).toHaveLength(1);
  const { sample, cause, confidence } = found[0] as (typeof found)[number];
  expect([sample?.verdict.cause, sample?.verdict.confidence], request.name).toEqual([cause, confidence]);
  return sample?.verdict as Verdict;
}

const cases = ambiguousRequests.map((request, n): [string, AmbiguousRequest, number] => [request.name, request, n]);
const causesOf = ({ cause }: AmbiguousRequest): string[] => cause.split(' or ');
/** The cause and, beside it, what it may be as well. */
const considered = ({ cause, alternatives }: Verdict) => [cause, ...alternatives.map((other) => other.cause)];

describe('with the facts of the time', () => {
  let verdicts: readonly Verdict[];
  beforeAll(async () => {
    verdicts = await judgedWith('there');
  });

  it.each(cases)('%s', (_name, request, n) => {
    const { cause, detail, confidence } = verdicts[n] as Verdict;
    expect(causesOf(request)).toContain(cause);
    expect({ detail, confidence }).toEqual({ detail: request.detail ?? detail, confidence: request.confidence });
  });

  it('are certain only of causes that a later configuration is asked about', () => {
    const byConfig = verdicts.filter(
      ({ confidence, evidence }) => confidence === 'certain' && evidence.some(({ from }) => from === 'config'),
    );
    expect(byConfig.length).toBeGreaterThan(10);
    for (const { cause } of byConfig) expect(causesFromConfig).toContain(cause);
  });
});

describe.each<Exclude<Known, 'there'>>(['missing', 'stale', 'working copy', 'changing'])(
  'with facts that are %s',
  (known) => {
    let verdicts: readonly Verdict[];
    beforeAll(async () => {
      verdicts = await judgedWith(known);
    });

    it.each(cases)('%s', (_name, request, n) => {
      const verdict = verdicts[n] as Verdict;
      const { certainWithout = [] } = request;
      const mayBeCertain = known === 'changing' ? certainWithout.includes('missing') : certainWithout.includes(known);
      expect(verdict.confidence === 'certain', JSON.stringify(verdict)).toBe(mayBeCertain);
      if (request.confidence === 'certain') expect(considered(verdict)).toContain(request.cause);
    });
  },
);
