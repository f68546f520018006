import type {
  AccessLogTemplate,
  Cause,
  CauseGroup,
  ContextVariable,
  causeCatalogue,
  classify,
  createIntake,
  defaultLimits,
  missingCauseVariables,
} from '@why403/parsers';
import { Analysis } from './analysis.js';
import type { AnalysisFilter } from './filter.js';
import type { AnalysisReport } from './report.js';
import { summarise } from './summarise.js';

/** The part of the engine that an analysis uses. */
export interface AnalysisEngine {
  readonly createIntake: typeof createIntake;
  readonly classify: typeof classify;
  readonly causeCatalogue: typeof causeCatalogue;
  readonly missingCauseVariables: typeof missingCauseVariables;
  readonly defaultLimits: typeof defaultLimits;
}

export interface AnalysisInput {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface AnalysisOptions {
  readonly template: AccessLogTemplate | null;
  readonly filter: AnalysisFilter;
  /** Requests that are held open until evidence of other logs may have come. */
  readonly openRequests: number;
  /** Bytes of the inputs that have been read so far. */
  onProgress(bytes: number): Promise<void>;
}

/** Reads all inputs to their end; null when nothing in them was recognised. */
export async function analyzeLogs(
  inputs: AsyncIterable<AnalysisInput> | Iterable<AnalysisInput>,
  engine: AnalysisEngine,
  { template, filter, openRequests, onProgress }: AnalysisOptions,
): Promise<{ readonly report: AnalysisReport; readonly recognised: boolean }> {
  const groups = new Map<string, CauseGroup>(engine.causeCatalogue.map(({ cause, group }) => [cause, group]));
  const analysis = new Analysis(filter, (cause) => (cause === null ? null : (groups.get(cause) ?? null)));
  let sawAccess = false;
  const intake = engine.createIntake({
    template,
    limits: {
      ...engine.defaultLimits,
      totalBytes: Number.POSITIVE_INFINITY,
      openRequests,
      openBytes: openRequests * 2048,
    },
    sink: {
      onCounted(labels, requests) {
        sawAccess ||= labels.countedFrom === 'access';
        analysis.count(labels, requests);
      },
      onRequest: (record, decision) => analysis.add(record, decision),
      onReject: (reject, lines) => analysis.reject(reject, lines),
    },
  });
  const begun: { readonly name: string; readonly firstLine: number }[] = [];
  let bytes = 0;
  for await (const { name, chunks } of inputs) {
    begun.push({ name, firstLine: begun.length === 0 ? 1 : intake.nextInput() });
    for await (const chunk of chunks) {
      intake.push(chunk);
      bytes += chunk.length;
      await onProgress(bytes);
    }
  }
  intake.end();
  const report = summarise(analysis, {
    bytes,
    lines: intake.lines,
    missingVariables: sawAccess ? missing(engine, intake.variables) : null,
    warnings: warningsOf(intake.handedOnEarly, openRequests, begun.length),
    groupOf: (cause: Cause) => groups.get(cause) ?? 'unknown',
    remedyOf: (record) => engine.classify(record).remedy.summary,
    locate(line) {
      const input = begun.findLast(({ firstLine }) => firstLine <= line) ?? { name: '', firstLine: 1 };
      return { input: input.name, line: line - input.firstLine + 1 };
    },
  });
  return { report, recognised: analysis.recognised };
}

const missing = (engine: AnalysisEngine, variables: ReadonlySet<ContextVariable>): readonly string[] =>
  engine.missingCauseVariables([...variables]);

/** What stands in one log far from where it stands in the other was not put together. */
function warningsOf(handedOnEarly: number, openRequests: number, inputs: number): readonly string[] {
  if (handedOnEarly === 0 || inputs < 2) return [];
  return [
    `There are more than ${openRequests} refused requests or execution logs: what the files say of one request was not always put together. Give a shorter time of all files to see more of it.`,
  ];
}
