import type { EntryCheck } from '../check/check-entry.js';
import { type CheckReport, hasProblem, type JudgedStage, missingPolicies } from '../check/check-report.js';
import type { ChangeTool } from '../check/format-change.js';
import type { ProbeFinding } from '../check/probe.js';
import { visible } from '../text/visible.js';
import { createPalette, type Palette, type Style } from './palette.js';
import { hanging, indented, wrap } from './wrap.js';

export interface CheckTextOptions {
  readonly style: Style;
  readonly tools: readonly ChangeTool[];
  /** Somebody asked for certain stages: the change of each of them is shown. */
  readonly areChosen: boolean;
}

interface Context extends CheckTextOptions {
  readonly palette: Palette;
  readonly width: number;
}

/** Changes of so many stages are shown unasked; their code is long, and alike for most. */
const mostChanges = 1;
const mostStages = 40;

/** A check for people: what is well in a line, what is not with its fix. */
export function renderCheck(report: CheckReport, options: CheckTextOptions): string {
  const context = { ...options, palette: createPalette(options.style.colors), width: options.style.width };
  const sections = [
    section('Configuration', report.findings, context),
    ...report.entries.flatMap((entry) => entrySections(entry, context)),
    ...missingSections(report, context),
    ...stageSections(report.stages, context),
    ...(report.firehose === null ? [] : [section('Firehose endpoint', report.firehose, context)]),
    [endLine(report, context)],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function section(title: string, findings: readonly ProbeFinding[], context: Context): string[] {
  if (findings.length === 0) return [];
  return [context.palette.bold(title), ...findings.flatMap((finding) => findingLines(finding, context))];
}

function findingLines({ level, sentence }: ProbeFinding, { palette, width }: Context): string[] {
  const [sign, paint] = { ok: ['✓', palette.ok], warning: ['!', palette.warning], problem: ['✗', palette.problem] }[
    level
  ] as [string, (text: string) => string];
  const lines = wrap(visible(sentence), width, hanging('  x '));
  return lines.map((line, i) => (i === 0 ? line.replace('x', () => paint(sign)) : line));
}

function entrySections({ name, account, findings, regions }: EntryCheck, context: Context): string[][] {
  const title = account === null ? name : `${name} · account ${account}`;
  return [
    section(title, findings, context),
    ...regions.map((region) => section(`${account} · ${region.region}`, region.findings, context)),
  ];
}

function missingSections({ entries }: CheckReport, { palette, width }: Context): string[][] {
  return missingPolicies(entries).map(({ arn, statements }) => {
    const policy = JSON.stringify(statements.length === 1 ? statements[0] : statements, null, 2);
    return [
      palette.bold('Permissions to add'),
      ...wrap(
        visible(`Into the policy of ${arn} (docs/aws/iam-policy.json has all that why403 needs):`),
        width,
        indented('  '),
      ),
      '',
      ...policy.split('\n').map((line) => `    ${visible(line)}`),
    ];
  });
}

function stageSections(stages: readonly JudgedStage[], context: Context): string[][] {
  if (stages.length === 0) return [];
  const lacking = stages.filter(({ changes }) => changes.length > 0).sort((a, b) => gainOf(b) - gainOf(a));
  const shown = context.areChosen ? lacking : lacking.slice(0, mostChanges);
  return [
    overview(stages, context),
    ...shown.map((stage) => changeLines(stage, context)),
    lacking.length > shown.length
      ? wrap(
          `${lacking.length - shown.length} more ${lacking.length - shown.length === 1 ? 'stage' : 'stages'} could tell more: --api ID and --stage S show the change of one, --as terraform and the like write it for your tool, --json has all.`,
          context.width,
          indented('  '),
        )
      : [],
  ];
}

/** What matters most to people, as far as it is known: refusals that would get a cause, then causes that could be told. */
const gainOf = (stage: JudgedStage): number => {
  const { now, best } = toldBy(stage);
  return (stage.refusals?.decided ?? 0) + (best - now) / 100;
};

/** The stages whose logs tell least first. */
function overview(stages: readonly JudgedStage[], { palette, width }: Context): string[] {
  const rows = stages
    .map((stage) => ({ stage, told: toldBy(stage) }))
    .sort((a, b) => a.told.now / a.told.of - b.told.now / b.told.of);
  const names = rows.map(({ stage }) => nameOf(stage, Math.max(20, Math.min(48, width - 44))));
  const column = Math.max(...names.map((name) => name.length));
  return [
    palette.bold('Access-log formats: causes that can be told apart'),
    ...rows.slice(0, mostStages).map(({ stage, told }, i) => {
      const sign = stage.changes.length === 0 && stage.review !== null ? palette.ok('✓') : palette.warning('!');
      const name = (names[i] ?? '').padEnd(column);
      return `  ${sign} ${name}  ${nowText(stage, told)}${palette.bold(betterText(stage, told))}${palette.dim(shareText(stage))}`;
    }),
    ...(rows.length > mostStages ? [`    and ${rows.length - mostStages} more`] : []),
  ];
}

function nowText({ format, review }: JudgedStage, { now, of }: Told): string {
  if (format === null) return 'access log is off';
  return review === null
    ? 'format is not readable'
    : `${String(now).padStart(2)} of ${of}`.padEnd('access log is off'.length);
}

function betterText({ changes }: JudgedStage, { now, best }: Told): string {
  if (changes.length === 0) return '';
  return best > now ? `  could be ${best}` : '  could be surer';
}

function shareText({ refusals, changes }: JudgedStage): string {
  if (refusals === null || changes.length === 0) return '';
  const { refused, decided, hours } = refusals;
  if (refused === 0) return `  no refusals in ${hours} h`;
  return `  ${Math.round((100 * decided) / refused)} % of ${refused} refusals in ${hours} h`;
}

const nameOf = ({ apiName, apiId, stage }: JudgedStage, width: number): string => {
  const name = visible(`${apiName === '' ? apiId : `${apiName} (${apiId})`} / ${stage}`);
  return name.length <= width ? name : `${name.slice(0, width - 1)}…`;
};

interface Told {
  readonly now: number;
  readonly best: number;
  readonly of: number;
}

/** A cause is told when a verdict that names it is at least likely. */
function toldBy({ review }: JudgedStage): Told {
  const causes = review?.causes ?? [];
  const count = (when: 'now' | 'recommended'): number =>
    causes.filter((each) => each[when] === 'certain' || each[when] === 'likely').length;
  return { now: count('now'), best: count('recommended'), of: Math.max(1, causes.length) };
}

function changeLines(stage: JudgedStage, { palette, width, tools }: Context): string[] {
  const { review, changes, refusals } = stage;
  const inner = indented('  ');
  const recommended = review?.recommended;
  return [
    palette.bold(nameOf(stage, width)),
    ...(stage.format === null
      ? wrap('Access logging is off; this switches it on.', width, inner)
      : lackingLines(stage, width)),
    ...wrap(decidedSentence(refusals), width, inner),
    ...(recommended?.extendsGiven === false && stage.format !== null
      ? wrap(
          'The format becomes JSON, in which no value can run into the next: whoever else reads this log has to know.',
          width,
          inner,
        )
      : []),
    ...wrap('It holds from the next requests on; no redeployment is needed.', width, inner),
    ...changes
      .filter(({ tool }) => tools.includes(tool))
      .flatMap(({ tool, code }) => [
        '',
        ...(tools.length > 1 ? [`  ${palette.bold(tool)}`] : []),
        // Whole lines, so that they can be copied.
        ...code.split('\n').map((line) => `    ${visible(line)}`),
      ]),
  ];
}

function lackingLines({ review }: JudgedStage, width: number): string[] {
  const unsure = review?.causes.filter((each) => each.now !== each.recommended).map(({ cause }) => cause) ?? [];
  return [
    ...(unsure.length === 0
      ? []
      : wrap(`It cannot tell, or not for sure: ${unsure.join(', ')}.`, width, indented('  '))),
    ...wrap(`It lacks ${(review?.missing ?? []).map((name) => `$context.${name}`).join(' ')}`, width, indented('  ')),
  ];
}

function decidedSentence(refusals: JudgedStage['refusals']): string {
  if (refusals === null) {
    return 'How many refusals the recommended format would decide is not known: --url asks a service that has read this stage.';
  }
  const { refused, decided, hours } = refusals;
  if (refused === 0) return `There were no refusals in the last ${hours} hours.`;
  return `The recommended format would decide at least ${decided} of the ${refused} refusals of the last ${hours} hours (${Math.round((100 * decided) / refused)} %).`;
}

function endLine(report: CheckReport, { palette }: Context): string {
  if (hasProblem(report)) return palette.problem(palette.bold('Something is wrong: see ✗ above.'));
  return palette.ok(palette.bold('All that is needed is there.'));
}
