import type { CauseGroup } from '@why403/parsers';
import type { AnalysisReport, CauseReport, Counted, RouteCount, ValueCount } from '../analyze/report.js';
import { visible, visibleExcerpt } from '../text/visible.js';
import type { CauseInfo } from './engine.js';
import { createPalette, type Palette, type Style } from './palette.js';
import { formatBytes } from './progress.js';
import { sparkline } from './sparkline.js';
import { hanging, indented, wrap } from './wrap.js';

const maxTitle = 46;
const maxBar = 24;
const maxSparkline = 60;
const maxValue = 60;
const maxRows = 5;
const maxCausesInDetail = 6;

export interface AnalysisTextOptions {
  readonly style: Style;
  readonly causes: readonly CauseInfo[];
}

interface Context {
  readonly palette: Palette;
  readonly width: number;
  title(cause: string): string;
}

/** A report for people. Bounded, however much was read. */
export function renderAnalysis(report: AnalysisReport, { style, causes }: AnalysisTextOptions): string {
  const titles = new Map<string, string>(causes.map(({ cause, title }) => [cause, title]));
  const context: Context = {
    palette: createPalette(style.colors),
    width: style.width,
    title: (cause) => shortened(titles.get(cause) ?? cause),
  };
  const { routes, callers, stages } = report;
  const isOneStage = stages.length <= 1;
  const sections = [
    head(report, context),
    causeBars(report, context),
    overTime(report, context),
    table('Stages', stages.length < 2 ? [] : stages.slice(0, maxRows).map(stageRow), context),
    table(
      'Routes refused most',
      routes.slice(0, maxRows).map((row) => countRow(routeName(row, isOneStage), row)),
      context,
    ),
    table('Callers refused most', callerRows(callers.sourceIps), context),
    table('Principals', callerRows(callers.principals), context),
    table('API keys', callerRows(callers.apiKeyIds), context),
    table('User agents', callerRows(callers.userAgents), context),
    ...report.causes.slice(0, maxCausesInDetail).map((cause) => causeDetail(cause, isOneStage, context)),
    missingVariables(report, context),
    notes(report, context),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line.trimEnd()}\n`).join(''))
    .join('\n');
}

const shortened = (title: string): string => (title.length > maxTitle ? `${title.slice(0, maxTitle - 1)}…` : title);

function head(report: AnalysisReport, { palette, width }: Context): string[] {
  const { requests, refused, share, from, to, lines, bytes, countedFrom, undetermined, uncounted } = report;
  if (lines === 0 && requests === 0) return [];
  const what = [
    `${number(requests)} requests`,
    `${number(refused)} refused${share === null || requests === 0 ? '' : ` (${percent(share)})`}`,
    ...(undetermined > 0 ? [`${number(undetermined)} undetermined`] : []),
  ].join(', ');
  const logs = countedFrom.map((kind) => (kind === 'waf' ? 'WAF log' : `${kind} log`)).join(' and ');
  const about = [
    from === null || to === null ? null : `${when(from)} to ${when(to)} UTC`,
    logs === '' ? null : `counted from the ${logs}`,
    `${number(lines)} lines, ${formatBytes(bytes)}`,
  ].filter((part) => part !== null);
  const note =
    uncounted === 0
      ? []
      : wrap(
          `${number(uncounted)} refusals in other logs of these stages are not counted: they are probably among these, but nothing links them.`,
          width,
          indented(''),
        );
  return [palette.bold(what), palette.dim(about.join(' · ')), ...note.map(palette.dim)];
}

function causeBars({ causes, refused }: AnalysisReport, { palette, width, title }: Context): string[] {
  if (causes.length === 0) return [];
  const names = causes.map(({ cause }) => title(cause));
  const nameWidth = Math.max(...names.map((name) => name.length));
  const most = causes[0]?.refused ?? 1;
  const countWidth = number(most).length;
  const barWidth = Math.max(5, Math.min(maxBar, width - nameWidth - countWidth - 14));
  return causes.map(({ group, refused: count }, i) => {
    const length = Math.max(1, Math.round((count / most) * barWidth));
    const bar = palette.group(group)('█'.repeat(length)) + ' '.repeat(barWidth - length);
    return `  ${(names[i] as string).padEnd(nameWidth)}  ${bar}  ${number(count).padStart(countWidth)}  ${percent(count / refused).padStart(6)}`;
  });
}

function overTime({ series, causes }: AnalysisReport, { palette, width, title }: Context): string[] {
  if (series.start === null || series.refused.length < 2 || causes.length === 0) return [];
  const rows: (readonly [string, readonly number[], CauseGroup | null])[] = [
    ['All refused', series.refused, null],
    ...causes.slice(0, maxRows).map((cause) => [title(cause.cause), cause.series, cause.group] as const),
  ];
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const columns = Math.max(10, Math.min(maxSparkline, width - nameWidth - 4));
  const perColumn = Math.max(1, Math.ceil(series.refused.length / columns));
  const step = duration(series.stepMs * perColumn);
  return [
    `${palette.bold('Over time')} ${palette.dim(`from ${when(series.start)}, one character is ${step}`)}`,
    ...rows.map(([name, values, group]) => {
      const line = sparkline(values, columns);
      return `  ${name.padEnd(nameWidth)}  ${group === null ? line : palette.group(group)(line)}`;
    }),
  ];
}

function table(name: string, rows: readonly (readonly [string, string])[], { palette, width }: Context): string[] {
  if (rows.length === 0) return [];
  const countWidth = Math.max(...rows.map(([count]) => count.length));
  return [
    palette.bold(name),
    ...rows.flatMap(([count, value]) => wrap(value, width, hanging(`  ${count.padStart(countWidth)}  `))),
  ];
}

const callerRows = (values: readonly ValueCount[]): (readonly [string, string])[] =>
  values.slice(0, maxRows).map((row) => countRow(visibleExcerpt(row.value, maxValue), row));

const countRow = (value: string, counted: Counted): readonly [string, string] => [countText(counted), value];

const stageRow = ({ apiId, stage, requests, refused }: AnalysisReport['stages'][number]): readonly [string, string] => [
  number(refused),
  `${stageName(apiId, stage)}: ${requests === 0 ? 'no requests counted' : `${percent(Math.min(1, refused / requests))} of ${number(requests)} requests`}`,
];

/** `≥ 1,204`: values were too many to count each from the beginning. */
const countText = ({ count, atMost }: Counted): string => (atMost > count ? `≥ ${number(count)}` : number(count));

function routeName({ apiId, stage, method, route }: RouteCount, isOneStage: boolean): string {
  const name =
    route === 'unknown'
      ? `${visibleExcerpt(method, 20)} (no route logged)`
      : `${visibleExcerpt(method, 20)} ${visibleExcerpt(route, 100)}`;
  return isOneStage ? name : `${name} of ${stageName(apiId, stage)}`;
}

function stageName(apiId: string, stage: string): string {
  const api = apiId === 'unknown' ? '(no API logged)' : visibleExcerpt(apiId, maxValue);
  return stage === 'unknown' ? api : `${api} ${visibleExcerpt(stage, maxValue)}`;
}

function causeDetail(report: CauseReport, isOneStage: boolean, context: Context): string[] {
  const { cause, group, refused, confidence, details, culprits, routes, sourceIps, example, remedy } = report;
  const { palette, width, title } = context;
  const list = <T extends Counted>(name: string, rows: readonly T[], text: (row: T) => string): string[] =>
    rows.length === 0
      ? []
      : wrap(
          rows
            .slice(0, 3)
            .map((row) => `${text(row)} (${countText(row)})`)
            .join(', '),
          width,
          hanging(`  ${name.padEnd(10)}`),
        );
  const sure = (['certain', 'likely', 'possible'] as const)
    .filter((level) => confidence[level] > 0)
    .map((level) => `${number(confidence[level])} ${level}`);
  const id = example.extendedRequestId ?? example.requestId;
  return [
    `${palette.group(group)(palette.bold(title(cause)))}  ${palette.dim(`${cause} · ${number(refused)} refused: ${sure.join(', ')}`)}`,
    ...list('detail', details, ({ value }) => visible(value)),
    ...list(
      'by',
      culprits,
      ({ kind, id: culpritId, name }) =>
        `${kind.replaceAll('_', ' ')} ${visibleExcerpt((name ?? culpritId ?? 'of unknown name').replace(/^\*+/, '…'), maxValue)}`,
    ),
    ...list('routes', routes, (row) => routeName(row, isOneStage)),
    ...list('callers', sourceIps, ({ value }) => visibleExcerpt(value, maxValue)),
    ...wrap(
      `${visible(example.input)} line ${example.line}${id === null ? '' : `, request ${visibleExcerpt(id, 80)}`}`,
      width,
      hanging('  example   '),
    ),
    ...(remedy === '' ? [] : wrap(visible(remedy), width, hanging('  do        '))),
  ];
}

function missingVariables(
  { missingVariables: missing, refused }: AnalysisReport,
  { palette, width }: Context,
): string[] {
  if (missing === null || missing.length === 0 || refused === 0) return [];
  return [
    palette.bold('What the access-log format does not show'),
    ...wrap(
      'These variables would make causes certain that are only likely now; add them to accessLogSettings.format of the stage:',
      width,
      indented('  '),
    ),
    ...wrap(missing.map((variable) => `$context.${visible(variable)}`).join(' '), width, indented('    ')),
  ];
}

function notes({ rejected, rejectExamples, warnings }: AnalysisReport, { palette, width }: Context): string[] {
  const lines = [
    ...warnings.flatMap((warning) => wrap(visible(warning), width, hanging('warning: '))),
    ...(rejected.length === 0
      ? []
      : wrap(
          rejected.map(({ reason, count }) => `${number(count)} ${reason}`).join(', '),
          width,
          hanging('not read: '),
        )),
    ...rejectExamples
      .filter(({ detail }, i) => rejectExamples.findIndex((other) => other.detail === detail) === i)
      .slice(0, 3)
      .flatMap(({ input, line, detail }) =>
        wrap(`${visible(input)} line ${line}: ${visible(detail)}`, width, indented('  ')),
      ),
  ];
  return lines.map(palette.warning);
}

const number = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

function percent(part: number): string {
  const value = part * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

const when = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

function duration(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 60) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  const hours = minutes / 60;
  return hours < 48 ? `${Number(hours.toFixed(1))} h` : `${Number((hours / 24).toFixed(1))} days`;
}
