import { type Cause, type ConfigFacts, causes } from '../../parsers/src/model/index.js';

export const scenarioKinds = ['access', 'access_console', 'execution', 'waf', 'response', 'joined'] as const;
export type ScenarioKind = (typeof scenarioKinds)[number];

const outcomes = ['refused', 'not_refused', 'undetermined'] as const;
const confidences = ['possible', 'likely', 'certain'] as const;
const evidenceSources = ['access', 'execution', 'waf', 'config', 'response'] as const;

export const recordFields = [
  'apiKind',
  'account',
  'region',
  'apiId',
  'stage',
  'method',
  'path',
  'route',
  'sourceIp',
  'requestId',
  'extendedRequestId',
  'wafJoin',
] as const;
export type RecordField = (typeof recordFields)[number];

export type ConfidenceBound = { readonly atLeast: number; readonly atMost: number };

/** `value` null: any value. `exact` false: the value contains the words. `field` null: any field of the source. */
export interface ExpectedEvidence {
  readonly from: (typeof evidenceSources)[number];
  readonly field: string | null;
  readonly value: string | null;
  readonly exact: boolean;
}

export interface ExpectedRequest {
  /** Line of the scenario file, for messages. */
  readonly line: number;
  readonly outcome: (typeof outcomes)[number];
  /** Empty: any cause. */
  readonly causes: readonly Cause[];
  /** undefined: not checked; null among them: no detail. */
  detail?: readonly (string | null)[];
  confidence?: ConfidenceBound;
  /** null: there must be none. */
  culprit?: { readonly kind: string; readonly names: string } | null;
  alternativesContain?: readonly Cause[];
  alternativesExclude?: readonly Cause[];
  noAlternatives?: true;
  /** Each is the cause or one of the first three alternatives. */
  considers?: readonly Cause[];
  readonly evidence: ExpectedEvidence[];
  status?: number | null;
  readonly reasonContains: string[];
  readonly record: Map<RecordField, string | null>;
}

export interface Scenario {
  readonly note: string;
  readonly origin: string;
  readonly kind: ScenarioKind;
  readonly api: string | null;
  readonly stage: string | null;
  readonly template: string | null;
  readonly config: ConfigFacts | null;
  readonly input: string;
  readonly requests: readonly ExpectedRequest[];
  /** Reasons of the rejects, in order; empty: there must be none. */
  readonly rejected: readonly string[];
  /** Words of warnings, one each; empty: there must be none. */
  readonly warnings: readonly string[];
}

/** A mistake in a scenario file is a bug of the exam, so it throws. The grammar stands in README.md beside this file. */
export function parseScenario(text: string, name: string): Scenario {
  const lines = text.split('\n');
  const fail = (line: number, problem: string): never => {
    throw new Error(`${name}:${line}: ${problem}`);
  };

  const header = new Map<string, string>();
  const sections = new Map<string, { line: number; lines: string[] }>();
  let section: { line: number; lines: string[] } | null = null;
  lines.forEach((line, index) => {
    const marker = /^--- (.*)$/.exec(line);
    if (marker) {
      const title = marker[1] as string;
      if (!['template', 'config', 'input', 'expect'].includes(title))
        fail(index + 1, `no section is called '${title}'`);
      if (sections.has(title)) fail(index + 1, `section '${title}' stands twice`);
      section = { line: index + 1, lines: [] };
      sections.set(title, section);
    } else if (section) {
      section.lines.push(line);
    } else if (line !== '' && !line.startsWith('#')) {
      const [, key, value] = /^([a-z]+): (\S.*)$/.exec(line) ?? fail(index + 1, 'expected `key: value`');
      if (!['note', 'origin', 'kind', 'api', 'stage'].includes(key as string)) fail(index + 1, `unknown key '${key}'`);
      if (header.has(key as string)) fail(index + 1, `'${key}' stands twice`);
      header.set(key as string, value as string);
    }
  });

  const required = (key: string): string => header.get(key) ?? fail(1, `'${key}:' is missing`);
  const kind = scenarioKinds.find((k) => k === required('kind')) ?? fail(1, `kind: one of ${scenarioKinds.join(', ')}`);
  const input = sections.get('input') ?? fail(lines.length, "section 'input' is missing");
  if (input.lines.join('') === '') fail(input.line, 'the input is empty');
  const template = sections.get('template');
  if (template && template.lines.filter((l) => l !== '').length !== 1) fail(template.line, 'a template is one line');
  const expect = sections.get('expect') ?? fail(lines.length, "section 'expect' is missing");
  const config = sections.get('config');

  return {
    note: required('note'),
    origin: required('origin'),
    kind,
    api: header.get('api') ?? null,
    stage: header.get('stage') ?? null,
    template: template?.lines.find((l) => l !== '') ?? null,
    config: config ? parseConfig(config, fail) : null,
    input: `${input.lines.join('\n').replace(/\n+$/, '')}\n`,
    ...parseExpectations(expect, fail),
  };
}

type Fail = (line: number, problem: string) => never;

function parseConfig(section: { line: number; lines: string[] }, fail: Fail): ConfigFacts {
  let config: unknown;
  try {
    config = JSON.parse(section.lines.join('\n'));
  } catch (error) {
    return fail(section.line, `config is no JSON: ${(error as Error).message}`);
  }
  const known: Record<keyof ConfigFacts, true> = {
    ageMs: true,
    workingCopy: true,
    canary: true,
    orElse: true,
    apiId: true,
    stage: true,
    deploymentId: true,
    apiKind: true,
    routes: true,
    resourcePolicy: true,
    webAcl: true,
    authorizers: true,
    usagePlans: true,
    apiKeys: true,
    apiKeySource: true,
    gatewayResponses: true,
    disableExecuteApiEndpoint: true,
    endpointType: true,
    cacheInvalidationFailsWith403: true,
    domains: true,
  };
  for (const key of Object.keys(config as object))
    if (!(key in known)) fail(section.line, `config facts have no '${key}'`);
  if (typeof (config as ConfigFacts).ageMs !== 'number') fail(section.line, 'config needs ageMs');
  return config as ConfigFacts;
}

function parseExpectations(
  section: { line: number; lines: string[] },
  fail: Fail,
): Pick<Scenario, 'requests' | 'rejected' | 'warnings'> {
  const requests: ExpectedRequest[] = [];
  const rejected: string[] = [];
  const warnings: string[] = [];
  let none = false;
  section.lines.forEach((text, index) => {
    const at = section.line + 1 + index;
    if (text === '' || text.startsWith('#')) return;
    if (text === 'no requests') {
      none = true;
      return;
    }
    const global = /^(rejected|warning): (\S.*)$/.exec(text);
    if (global) {
      (global[1] === 'rejected' ? rejected : warnings).push(global[2] as string);
      return;
    }
    const property = /^ {2}(\S.*?): (\S.*)$/.exec(text);
    if (!property) {
      requests.push(parseRequestLine(text, at, fail));
      return;
    }
    const request = requests.at(-1) ?? fail(at, 'a property before the first request');
    setProperty(request, property[1] as string, property[2] as string, at, fail);
  });
  if (none === requests.length > 0) fail(section.line, 'expected either requests or `no requests`');
  return { requests, rejected, warnings };
}

/** `refused waf_blocked or api_key_missing`, `refused`, `not_refused`, `undetermined`. */
function parseRequestLine(text: string, line: number, fail: Fail): ExpectedRequest {
  const [word, ...rest] = text.split(' ');
  const outcome = outcomes.find((o) => o === word) ?? fail(line, `expected an outcome, got '${word}'`);
  if (outcome !== 'refused' && rest.length > 0) fail(line, `${outcome} takes no cause`);
  const wanted = rest.length > 0 ? rest.join(' ').split(' or ') : [];
  return {
    line,
    outcome,
    causes: wanted.map((cause) => parseCause(cause, line, fail)),
    evidence: [],
    reasonContains: [],
    record: new Map(),
  };
}

const parseCause = (text: string, line: number, fail: Fail): Cause =>
  causes.find((cause) => cause === text) ?? fail(line, `no cause is called '${text}'`);

function setProperty(request: ExpectedRequest, key: string, value: string, line: number, fail: Fail): void {
  const once = <K extends keyof ExpectedRequest>(property: K, parsed: ExpectedRequest[K]): void => {
    if (request[property] !== undefined) fail(line, `'${key}' stands twice`);
    request[property] = parsed;
  };
  const list = (): Cause[] => value.split(', ').map((cause) => parseCause(cause, line, fail));
  if (key.startsWith('record ')) {
    const field = recordFields.find((f) => f === key.slice(7)) ?? fail(line, `unknown record field '${key.slice(7)}'`);
    if (request.record.has(field)) fail(line, `'${key}' stands twice`);
    request.record.set(field, value === 'none' ? null : value);
    return;
  }
  switch (key) {
    case 'detail': {
      const words = value.split(' or ').map((word) => (word === 'none' ? null : word));
      once('detail', words);
      break;
    }
    case 'confidence':
      once('confidence', parseConfidence(value, line, fail));
      break;
    case 'culprit': {
      const [kind, ...names] = value.split(' ');
      once('culprit', value === 'none' ? null : { kind: kind as string, names: names.join(' ') });
      break;
    }
    case 'alternatives contain':
      once('alternativesContain', list());
      break;
    case 'alternatives exclude':
      once('alternativesExclude', list());
      break;
    case 'alternatives':
      if (value !== 'none') fail(line, '`alternatives:` takes only `none`');
      once('noAlternatives', true);
      break;
    case 'considers':
      once('considers', list());
      break;
    case 'evidence':
      request.evidence.push(parseEvidence(value, line, fail));
      break;
    case 'status':
      if (value !== 'none' && !/^[1-5]\d\d$/.test(value)) fail(line, 'status: a status code or `none`');
      once('status', value === 'none' ? null : Number(value));
      break;
    case 'reason contains':
      request.reasonContains.push(value);
      break;
    default:
      fail(line, `unknown property '${key}'`);
  }
}

function parseConfidence(text: string, line: number, fail: Fail): ConfidenceBound {
  const m = /^(?:(at least|at most) )?(possible|likely|certain)$/.exec(text) ?? fail(line, `no confidence: '${text}'`);
  const level = confidences.indexOf(m[2] as (typeof confidences)[number]);
  return { atLeast: m[1] === 'at most' ? 0 : level, atMost: m[1] === 'at least' ? 2 : level };
}

export const confidenceLevel = (confidence: (typeof confidences)[number]): number => confidences.indexOf(confidence);

/** `access.error.responseType = WAF_FILTERED`, `execution ~ not authorized`, `config`. */
function parseEvidence(text: string, line: number, fail: Fail): ExpectedEvidence {
  const m = /^([a-z]+)(?:\.(\S+))?(?: (=|~) (\S.*))?$/.exec(text) ?? fail(line, `no evidence: '${text}'`);
  const from = evidenceSources.find((s) => s === m[1]) ?? fail(line, `no source of evidence: '${m[1]}'`);
  return { from, field: m[2] ?? null, value: m[4] ?? null, exact: m[3] === '=' };
}
