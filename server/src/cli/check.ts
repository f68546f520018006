import type { EntryCheck } from '../check/check-entry.js';
import type { CheckReport, JudgedStage } from '../check/check-report.js';
import { checkJson, hasProblem } from '../check/check-report.js';
import type { CheckedEntry } from '../check/checked-entry.js';
import { type DecidedRefusals, readDecidedRefusals } from '../check/decided-refusals.js';
import { withOverlaps } from '../check/find-overlaps.js';
import { type Finding, ok, problem, warning } from '../check/finding.js';
import { type ChangeTool, changeTools } from '../check/format-change.js';
import type { ProbeFinding, ProbeTarget } from '../check/probe.js';
import type { ReviewedStage } from '../check/review-stages.js';
import { type RunningService, ServiceUnusable } from '../check/running-service.js';
import { type Environment, fileVariable, firehoseKeyVariable, tokenVariable } from '../config/environment.js';
import type { Config } from '../config/schema.js';
import { closest } from '../text/closest.js';
import { jsonText } from '../text/json-text.js';
import { visible } from '../text/visible.js';
import type { Arguments } from './arguments.js';
import { renderCheck } from './check-text.js';
import type { Command } from './command.js';
import { ConfigurationError, problemLine } from './configuration.js';
import { refusePositionals } from './serve.js';
import type { ServiceHost } from './service-host.js';
import { serviceUrl } from './service-url.js';
import { UsageError } from './usage-error.js';

const help = `Tries everything that why403 needs, and says what is wrong and what mends it.

Usage: why403 check [OPTIONS]
       why403 check --firehose URL [--source-arn ARN]

Checks the configuration; of each source of kind aws the credentials, the role, every permission (with the statement to add),
the log groups, and the access-log format of every stage: which causes it cannot tell apart, and the change that ends this.
Nothing is changed, and the service need not run.

Options:
  --config FILE      YAML file (docs/configuration.md); ${fileVariable} can name it too
  --api ID           only formats of this API, with the change for each stage
  --stage S          likewise of stages with this name
  --as TOOL          the change for ${changeTools.join(', ')}, or all (aws)
  --url URL          a service that runs: also tell the share of refusals that a format would decide
                     (a token of the role read in ${tokenVariable})
  --firehose URL     try an endpoint for Amazon Data Firehose instead, with up to 64 MiB, as Firehose would
                     (the access key in ${firehoseKeyVariable}); nothing is stored
  --source-arn ARN   the stream to pass for, if the key is bound to streams
  --json             output for programs (docs/check-output.md)
  -h, --help         this text

Exit codes: 0 all is well (formats may be better), 1 something is wrong, 2 wrong usage.

Examples:
  why403 check --config why403.yaml
  AWS_PROFILE=shop why403 check --config why403.yaml --url http://127.0.0.1:4030
  why403 check --api a1b2c3d4e5 --stage prod --as terraform
  why403 check --json | jq '.missingPermissions[].policy'
  why403 check --firehose https://why403.example.com/api/v1/ingest/firehose
`;

export interface CheckParts {
  readonly host: ServiceHost;
  readConfiguration(input: {
    readonly path: string | undefined;
    readonly env: Environment;
    readonly options: readonly [];
  }): Promise<Config>;
  entriesOf(config: Config): readonly CheckedEntry[];
  /** Loads the SDK. */
  checkEntry(entry: CheckedEntry, onProgress: (what: string) => Promise<void>): Promise<EntryCheck>;
  reviewStages(entries: readonly EntryCheck[]): Promise<readonly ReviewedStage[]>;
  probeFirehose(target: ProbeTarget): Promise<readonly ProbeFinding[]>;
  runningService(url: string, token: string | null): RunningService;
}

export function createCheckCommand(parts: CheckParts): Command {
  const { host } = parts;
  return {
    help,
    options: {
      ...{ config: 'value', api: 'value', stage: 'value', as: 'value', url: 'value' },
      ...{ firehose: 'value', 'source-arn': 'value', json: 'flag' },
    },
    async run(args) {
      refusePositionals('check', args);
      const tools = toolsOf(args);
      const report = args.values.has('firehose') ? await checkFirehose(parts, args) : await checkSources(parts, args);
      const { api, stage } = Object.fromEntries(args.values);
      const isChosen = (each: JudgedStage): boolean =>
        (api === undefined || each.apiId === api || each.apiName === api) &&
        (stage === undefined || each.stage === stage);
      const shown = { ...report, stages: report.stages.filter(isChosen) };
      await host.writeOut(
        args.flags.has('json')
          ? `${jsonText(checkJson(shown))}\n`
          : renderCheck(shown, { style: host.style, tools, areChosen: api !== undefined || stage !== undefined }),
      );
      return hasProblem(report) ? 1 : 0;
    },
  };
}

function toolsOf({ values }: Arguments): readonly ChangeTool[] {
  const text = values.get('as') ?? 'aws';
  if (text === 'all') return changeTools;
  const tool = changeTools.find((each) => each === text);
  if (tool !== undefined) return [tool];
  const known = [...changeTools, 'all'];
  const meant = closest(text, known);
  throw new UsageError(
    `--as knows no "${text}".`,
    `${meant === null ? '' : `Did you mean ${meant}? `}It is one of ${known.join(', ')}.`,
  );
}

async function checkFirehose({ host, probeFirehose }: CheckParts, { values }: Arguments): Promise<CheckReport> {
  const token = host.env[firehoseKeyVariable]?.trim();
  if (!token) {
    throw new UsageError(
      `--firehose needs the access key in the variable ${firehoseKeyVariable}.`,
      'It is a token of the role ingest: `why403 token create --role ingest --id firehose`',
    );
  }
  const sourceArn = values.get('source-arn') ?? null;
  const firehose = await probeFirehose({ url: values.get('firehose') ?? '', token, sourceArn });
  return { findings: [], entries: [], stages: [], firehose };
}

async function checkSources(parts: CheckParts, { values }: Arguments): Promise<CheckReport> {
  const { host, readConfiguration, entriesOf, checkEntry, reviewStages } = parts;
  if (values.has('source-arn'))
    throw new UsageError('--source-arn goes with --firehose.', '`why403 check --help` has examples.');
  const nothing = { entries: [], stages: [], firehose: null };
  let config: Config;
  try {
    config = await readConfiguration({ path: values.get('config'), env: host.env, options: [] });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const findings = error.problems.map((each) => problem('configuration_invalid', problemLine(each)));
    return { ...nothing, findings };
  }
  const checked = entriesOf(config);
  const count = config.sources.length;
  const findings: Finding[] = [
    ok('configuration_valid', `The configuration is valid; it has ${count === 1 ? '1 source' : `${count} sources`}.`),
  ];
  if (checked.length === 0) {
    findings.push(
      warning(
        'no_aws_source',
        'No source is of kind aws, so that nothing else is checked: docs/aws/setup.md has an example.',
      ),
    );
  }
  const entries: EntryCheck[] = [];
  const progress = progressOn(host);
  for (const entry of checked) entries.push(await checkEntry(entry, progress.show));
  await progress.show('access-log formats');
  const reviewed = await reviewStages(entries);
  const decided = await decidedOf(parts, values.get('url'), findings);
  await progress.clear();
  const stages = reviewed.map((stage) => ({
    ...stage,
    refusals: decided?.(stage.apiId, stage.stage, stage.review?.recommended?.added ?? []) ?? null,
  }));
  return { findings, entries: withOverlaps(entries), stages, firehose: null };
}

type Decided = (apiId: string, stage: string, added: readonly string[]) => DecidedRefusals | null;

async function decidedOf(
  { host, runningService }: CheckParts,
  url: string | undefined,
  findings: Finding[],
): Promise<Decided | null> {
  if (url === undefined) return null;
  try {
    return await readDecidedRefusals(runningService(serviceUrl(url), host.env[tokenVariable]?.trim() || null));
  } catch (error) {
    if (!(error instanceof ServiceUnusable)) throw error;
    findings.push(problem('service_unusable', error.message));
    return null;
  }
}

/** A line that is written over again and again; nothing where there is no terminal. */
function progressOn(host: ServiceHost) {
  const isShown = host.errorIsTerminal === true;
  return {
    show: async (what: string): Promise<void> => {
      if (isShown) await host.writeError(`\r${visible(what).slice(0, host.style.width - 1)}\x1b[K`);
    },
    clear: async (): Promise<void> => {
      if (isShown) await host.writeError('\r\x1b[K');
    },
  };
}
