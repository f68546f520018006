import type { Environment } from './environment.js';
import { type ConfigProblem, exampleText, keyText, type OriginOf } from './problem.js';
import { type Config, configSchema } from './schema.js';
import { isObject } from './schema-tree.js';

type Report = (path: readonly PropertyKey[], sentence: string) => void;

/** What is wrong with an access log format, in words; null when nothing is. */
export type CheckLogFormat = (format: string) => string | null;

/** Problems that no key has by itself. Sections that are wrong in themselves are left out: their problems are told already. */
export function agreementProblems(
  value: unknown,
  originOf: OriginOf,
  checkLogFormat: CheckLogFormat,
  env: Environment,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report: Report = (path, sentence) => {
    problems.push({ key: keyText(path), origin: originOf(path), sentence });
  };
  const { listen, access, retention, sources, ingest } = validSections(value);

  if (listen && access && !isLoopback(listen.host) && access.tokens.length === 0) {
    report(
      ['listen', 'host'],
      `Expected a loopback address such as 127.0.0.1, came ${listen.host}: other machines reach it, and there are no access.tokens. \`why403 token create --role read --id grafana\` makes one.`,
    );
  }
  if (retention && retention.evidenceDays > retention.rowsDays) {
    report(
      ['retention', 'evidenceDays'],
      `Expected at most retention.rowsDays (${retention.rowsDays}), came ${retention.evidenceDays}. Example: ${exampleText(Math.min(7, retention.rowsDays))}`,
    );
  }
  if (access) checkTokens(access.tokens, report);
  if (sources) {
    for (const i of sources.keys()) {
      if (sources[i]?.kind === 'stdin' && sources.slice(0, i).some(({ kind }) => kind === 'stdin')) {
        report(['sources', i], 'Expected standard input once, came a second source that reads it.');
      }
    }
    checkAccounts(sources, ownRegion(env), report);
  }
  const formats: (readonly [readonly PropertyKey[], string | null])[] = [
    ...(sources ?? []).map(
      (entry, i) => [['sources', i, 'format'], entry.kind === 'aws' ? null : entry.format] as const,
    ),
    ...Object.entries(ingest?.feeds ?? {}).map(
      ([name, { format }]) => [['ingest', 'feeds', name, 'format'], format] as const,
    ),
  ];
  for (const [path, format] of formats) {
    const wrong = format === null ? null : checkLogFormat(format);
    if (wrong !== null) report(path, `Expected an access log format: ${wrong}`);
  }
  return problems;
}

/** The region of whoever starts the service, as AWS's own tools take it; null = none is set. */
export const ownRegion = (env: Environment): string | null => env['AWS_REGION']?.trim() || null;

/** Two entries that read one place would each take the share of AWS's quota that one may have. */
function checkAccounts(sources: Config['sources'], own: string | null, report: Report): void {
  const places = new Set<string>();
  for (const [i, entry] of sources.entries()) {
    if (entry.kind !== 'aws') continue;
    if (entry.regions === null && own === null) {
      report(
        ['sources', i, 'regions'],
        'Expected a list of regions, since AWS_REGION is not set. Example: ["eu-west-1"]',
      );
    }
    if (entry.externalId !== null && entry.role === null) {
      report(['sources', i, 'externalId'], 'Expected a role beside it: without one nothing is assumed.');
    }
    const account = entry.role?.split(':')[4] ?? 'of the credentials';
    for (const region of entry.regions ?? [own]) {
      const place = `${account} ${region}`;
      if (region !== null && places.has(place)) {
        report(
          ['sources', i],
          `Expected each account and region once, came ${region} of one account again: put all that is to be read of it into one entry.`,
        );
      }
      places.add(place);
    }
  }
}

function checkTokens(tokens: Config['access']['tokens'], report: Report): void {
  const perId = new Map<string, number>();
  const hashes = new Set<string>();
  for (const [i, { role, id, sha256, sourceArns }] of tokens.entries()) {
    if (sourceArns !== null && role !== 'ingest') {
      report(['access', 'tokens', i, 'sourceArns'], `Expected it on a token of role ingest, came one of role ${role}.`);
    }
    if (hashes.has(sha256)) report(['access', 'tokens', i], 'Expected a token of its own, came one that stands above.');
    hashes.add(sha256);
    const count = (perId.get(`${role} ${id}`) ?? 0) + 1;
    perId.set(`${role} ${id}`, count);
    if (count === 3) {
      report(
        ['access', 'tokens', i],
        `Expected at most two tokens of role ${role} for ${id}, came a third: remove one.`,
      );
    }
  }
}

/** Of this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

type Sections = { readonly [Name in keyof Config]?: Config[Name] };

function validSections(value: unknown): Sections {
  const shape = configSchema.def.innerType.shape;
  const given = (isObject(value) ? value : {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) => {
      const result = schema.safeParse(Object.hasOwn(given, name) ? given[name] : undefined);
      return result.success ? [[name, result.data]] : [];
    }),
  ) as Sections;
}
