import type { Explainer, ExplainOptions, Explanation } from '@why403/parsers';
import { visible } from '../text/visible.js';
import type { Arguments } from './arguments.js';
import type { Command, ExitCode } from './command.js';
import type { Engine } from './engine.js';
import { explainJson } from './explain-json.js';
import { renderExplanation, renderNotes } from './explain-text.js';
import type { Host } from './host.js';
import { checkReadable, readable, readFileChunks, readTemplate } from './input-files.js';
import { createPalette } from './palette.js';
import { UsageError } from './usage-error.js';

const help = `Says of each refused request why it was refused, with proof and fix.

Usage: why403 explain [FILE…|-] [OPTIONS]

Reads files, or standard input when none is named or for "-". Any mixture is fine, plain or
gzip: access logs, execution logs, WAF logs, what \`aws logs\` prints, CloudWatch exports,
\`curl -i\` output, an error message. Several files are explained together, so that an
access log, an execution log and a WAF log of the same requests complete each other.

Options:
  --access-log-format T   the stage's own log format with its $context variables; @FILE reads
                          it from a file. Without it the format is recognised where possible.
  --api ID                the API that the lines are of, if they do not say it
  --stage S               the stage that the lines are of, if they do not say it
  --json                  output for programs (docs/explain-output.md)
  -h, --help              this text

Exit codes: 0 something was understood, 2 wrong usage, 3 nothing recognised.

Examples:
  why403 explain access.log
  why403 explain access.log execution.log aws-waf-logs.json.gz
  why403 explain access.log --access-log-format '$context.requestId $context.status $context.error.responseType'
  why403 explain access.log --access-log-format @format.txt --api a1b2c3d4e5 --stage prod
  aws logs tail API-Gateway-Execution-Logs_a1b2c3d4e5/prod --since 10m | why403 explain
  curl -i https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod/pets | why403 explain
  why403 explain access.log --json | jq -r '.requests[] | [.requestId, .cause, .detail] | @tsv'
`;

const moreHelp = '`why403 explain --help` shows options and examples.';

export function createExplainCommand(loadEngine: () => Promise<Engine>): Command {
  return {
    help,
    options: { 'access-log-format': 'value', api: 'value', stage: 'value', json: 'flag' },
    async run(args, host) {
      const paths = await inputPaths(args);
      const options = await explainOptions(args);
      const { createExplainer, causeCatalogue } = await loadEngine();
      const explainer = createExplainer(options);
      if (!explainer.ok) throw new UsageError(`The access log format cannot be used: ${explainer.detail}`, moreHelp);
      const explanation = await explainInputs(paths, explainer.value, host);
      if (args.flags.has('json')) return writeJson(explanation, host);
      return writeText(explanation, { style: host.style, causes: causeCatalogue }, host);
    },
  };
}

async function inputPaths({ positionals }: Arguments): Promise<readonly string[]> {
  if (positionals.length === 0) return ['-'];
  if (positionals.filter((path) => path === '-').length > 1) {
    throw new UsageError('Standard input (-) is named twice, and it can be read once.', moreHelp);
  }
  for (const path of positionals) if (path !== '-') await checkReadable(path);
  return positionals;
}

async function explainOptions({ values }: Arguments): Promise<ExplainOptions> {
  const format = values.get('access-log-format');
  const apiId = values.get('api');
  const stage = values.get('stage');
  return {
    ...(format === undefined
      ? {}
      : { accessLogFormat: format.startsWith('@') ? await readTemplate(format.slice(1)) : format }),
    ...(apiId === undefined ? {} : { apiId }),
    ...(stage === undefined ? {} : { stage }),
  };
}

/** Reads the inputs one after the other into one explanation. */
async function explainInputs(paths: readonly string[], explainer: Explainer, host: Host): Promise<Explanation> {
  for (const path of paths) {
    if (explainer.full) break;
    explainer.nextInput(path === '-' ? 'standard input' : path);
    for await (const chunk of path === '-' ? await standardInput(host) : readFileChunks(path)) {
      explainer.push(chunk);
      if (explainer.full) break;
    }
  }
  return explainer.end();
}

async function standardInput(host: Host): Promise<AsyncIterable<Uint8Array>> {
  if (host.stdin.isTerminal) {
    await host.writeError('Paste log lines or a response (curl -i), then press Enter and Ctrl-D.\n');
  }
  return readable('Standard input', host.stdin.chunks());
}

/** Characters that are written at once. */
const writeLength = 64 * 1024;

async function writeJson(explanation: Explanation, host: Host): Promise<ExitCode> {
  let text = '';
  for (const piece of explainJson(explanation)) {
    text += piece;
    if (text.length < writeLength) continue;
    await host.writeOut(text);
    text = '';
  }
  await host.writeOut(text);
  // The JSON has no place for warnings, and its readers must not miss them.
  for (const warning of explanation.warnings) await host.writeError(`warning: ${visible(warning)}\n`);
  return explanation.requests.length > 0 ? 0 : 3;
}

async function writeText(
  explanation: Explanation,
  options: Parameters<typeof renderExplanation>[1],
  host: Host,
): Promise<ExitCode> {
  if (explanation.requests.length > 0) {
    await host.writeOut(renderExplanation(explanation, options));
    return 0;
  }
  await host.writeError(renderNotes(explanation, createPalette(false), options.style.width));
  await host.writeError(`Nothing here was recognised as a log line or response of API Gateway or WAF.\n${moreHelp}\n`);
  return 3;
}
