import { stat } from 'node:fs/promises';
import type { AccessLogTemplate, compileAccessLogFormat } from '@why403/parsers';
import { type AnalysisEngine, type AnalysisInput, analyzeLogs } from '../analyze/analyze-logs.js';
import { jsonText } from '../text/json-text.js';
import { visible } from '../text/visible.js';
import { filterOptions, readFilter } from './analyze-filter.js';
import { renderAnalysis } from './analyze-text.js';
import type { Arguments } from './arguments.js';
import type { Command } from './command.js';
import type { Host } from './host.js';
import { checkReadable, readable, readFileChunks, readTemplate } from './input-files.js';
import { ProgressLine } from './progress.js';
import { UsageError } from './usage-error.js';

const help = `Sums up logs of any size: how many requests were refused, why, when, where and whose.

Usage: why403 analyze FILE…|- [OPTIONS]

Reads access logs, execution logs and WAF logs, plain or gzip, in any mixture; memory does not
grow with them. Several files are read one after the other and complete each other.

Options:
  --access-log-format T   the stage's own log format with its $context variables; @FILE reads
                          it from a file. Without it the format is recognised where possible,
                          and reading is slower.
  --from T, --to T        only requests of this time, from inclusive, to exclusive, in whole
                          minutes: 2026-05-14T09:30 (UTC), 2026-05-14T09:30+02:00, 2026-05-14
  --api ID, --stage S, --route R, --method M
                          only requests with this label; several with commas between them
  --cause C, --group G, --status N
                          only refusals of this kind; the share stays that of all requests
  --json                  output for programs (docs/analyze-output.md)
  -h, --help              this text

Exit codes: 0 something was understood, 2 wrong usage, 3 nothing recognised.

Examples:
  why403 analyze access.log
  why403 analyze access.log.gz aws-waf-logs.json.gz --access-log-format @format.txt
  why403 analyze access.log --from 2026-05-14T09:00 --to 2026-05-14T10:00 --stage prod
  why403 analyze access.log --group waf --route '/orders/{id}'
  zcat logs/*.gz | why403 analyze - --json | jq '.causes[] | [.cause, .refused]'
`;

const moreHelp = '`why403 analyze --help` shows options and examples.';

/** Read at once: fewer, larger pieces are faster. */
const chunkBytes = 1024 * 1024;
/** Refusals and execution logs that are held open for evidence of other files; about 4 KB each. */
const openRequests = 50_000;

export interface AnalyzeEngine extends AnalysisEngine {
  readonly compileAccessLogFormat: typeof compileAccessLogFormat;
}

export function createAnalyzeCommand(loadEngine: () => Promise<AnalyzeEngine>, nowMs: () => number): Command {
  return {
    help,
    options: { 'access-log-format': 'value', json: 'flag', ...filterOptions },
    async run(args, host) {
      const paths = await inputPaths(args);
      const format = await accessLogFormat(args);
      const engine = await loadEngine();
      const words = {
        causes: engine.causeCatalogue.map(({ cause }) => cause),
        groups: [...new Set(engine.causeCatalogue.map(({ group }) => group))],
      };
      const filter = readFilter(args, words);
      const template = format === null ? null : compiled(engine, format);
      const totalBytes = await sizeOf(paths);
      const progress = new ProgressLine({
        write: host.errorIsTerminal === true ? (text) => host.writeError(text) : null,
        nowMs,
        width: host.style.width,
      });
      let current = '';
      const { report, recognised } = await analyzeLogs(
        inputsOf(paths, host, (name) => {
          current = name;
        }),
        engine,
        {
          template,
          filter,
          openRequests,
          onProgress: (bytes) => progress.show({ name: current, bytes, totalBytes }),
        },
      ).finally(() => progress.clear());
      if (args.flags.has('json')) {
        await host.writeOut(`${jsonText(report)}\n`);
        for (const warning of report.warnings) await host.writeError(`warning: ${visible(warning)}\n`);
        return recognised ? 0 : 3;
      }
      const text = renderAnalysis(report, { style: host.style, causes: engine.causeCatalogue });
      if (recognised) {
        await host.writeOut(text);
        if (report.requests === 0 && isFiltered(args)) {
          await host.writeOut('\nThere are requests in the input, but none passes the filters.\n');
        }
        return 0;
      }
      await host.writeError(`${text}Nothing here was recognised as a log of API Gateway or WAF.\n${moreHelp}\n`);
      return 3;
    },
  };
}

const isFiltered = ({ values }: Arguments): boolean => Object.keys(filterOptions).some((name) => values.has(name));

async function inputPaths({ positionals }: Arguments): Promise<readonly string[]> {
  if (positionals.length === 0) {
    throw new UsageError('`why403 analyze` needs a file, or - for standard input.', moreHelp);
  }
  if (positionals.filter((path) => path === '-').length > 1) {
    throw new UsageError('Standard input (-) is named twice, and it can be read once.', moreHelp);
  }
  for (const path of positionals) if (path !== '-') await checkReadable(path);
  return positionals;
}

async function accessLogFormat({ values }: Arguments): Promise<string | null> {
  const format = values.get('access-log-format');
  if (format === undefined) return null;
  return format.startsWith('@') ? readTemplate(format.slice(1)) : format;
}

function compiled(engine: AnalyzeEngine, format: string): AccessLogTemplate {
  const template = engine.compileAccessLogFormat(format);
  if (!template.ok) throw new UsageError(`The access log format cannot be used: ${template.detail}`, moreHelp);
  return template.value;
}

/** Of all files together; null when one is a pipe or a device, which does not tell. */
async function sizeOf(paths: readonly string[]): Promise<number | null> {
  let total = 0;
  for (const path of paths) {
    const found = path === '-' ? null : await stat(path);
    if (found === null || !found.isFile()) return null;
    total += found.size;
  }
  return total;
}

function* inputsOf(paths: readonly string[], host: Host, onBegin: (name: string) => void): Generator<AnalysisInput> {
  for (const path of paths) {
    const name = path === '-' ? 'standard input' : path;
    onBegin(name);
    yield {
      name,
      chunks: path === '-' ? readable('Standard input', host.stdin.chunks()) : readFileChunks(path, chunkBytes),
    };
  }
}
