import { type ConfigProblem, exampleText, keyText, type OriginOf } from './problem.js';
import { type Config, configSchema } from './schema.js';
import { isObject } from './schema-tree.js';

/** What is wrong with an access log format, in words; null when nothing is. */
export type CheckLogFormat = (format: string) => string | null;

/** Problems that no key has by itself. Sections that are wrong in themselves are left out: their problems are told already. */
export function agreementProblems(value: unknown, originOf: OriginOf, checkLogFormat: CheckLogFormat): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (path: readonly PropertyKey[], sentence: string): void => {
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
  }
  const formats: (readonly [readonly PropertyKey[], string | null])[] = [
    ...(sources ?? []).map(({ format }, i) => [['sources', i, 'format'], format] as const),
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

function checkTokens(
  tokens: Config['access']['tokens'],
  report: (path: PropertyKey[], sentence: string) => void,
): void {
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
