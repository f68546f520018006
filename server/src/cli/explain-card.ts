import type { Cause, Culprit, CulpritKind, ExplainedRequest, RequestRecord, Verdict } from '@why403/parsers';
import { visible, visibleExcerpt } from '../text/visible.js';
import { evidenceLines } from './explain-evidence.js';
import { isoTime } from './iso-time.js';
import type { Palette } from './palette.js';
import { hanging, indented, wrap, wrapParts } from './wrap.js';

/** What the cards of one explanation share. */
export interface CardContext {
  readonly palette: Palette;
  readonly width: number;
  /** The catalogue's title of a cause. */
  title(cause: Cause | null): string;
  /** Requests of the verdict's outcome and cause that were counted and are not listed. */
  unlisted(verdict: Verdict): number;
}

const body = '  ';
const maxPathLength = 160;
const maxProofs = 8;

/** Everything that is known of one refused request. `more`: how many requests like it were seen beside it. */
export function renderCard(request: ExplainedRequest, more: number, context: CardContext): string {
  const { record, verdict } = request;
  const { palette } = context;
  const paint = palette.group(verdict.group);
  const status = record.status === null ? 'refused' : String(record.status);
  const headline = `${paint(palette.bold(`${status}  ${visible(context.title(verdict.cause))}`))}  (${verdict.confidence})`;
  const alike = moreLikeIt(verdict, more, context);
  const sections = [
    [headline + (alike === null ? '' : palette.dim(`  ${alike}`)), ...aboutLines(request, context)],
    prose(verdict.reason, context),
    proofLines(verdict, context),
    remedyLines(verdict, context),
    alternativeLines(verdict, context),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** One paragraph for a request that was not refused, or of which the input does not say. */
export function renderParagraph(request: ExplainedRequest, more: number, context: CardContext): string {
  const { record, verdict } = request;
  const what = verdict.outcome === 'not_refused' ? 'not refused' : 'undetermined';
  const parts = [
    record.status === null ? null : `status ${record.status}`,
    target(record),
    where(request),
    moreLikeIt(verdict, more, context),
  ];
  const about = parts.filter((part) => part !== null).join(' · ');
  const lines = [
    `${context.palette.bold(what)}  ${context.palette.dim(about)}`,
    ...prose(verdict.reason, context),
    ...(verdict.outcome === 'undetermined' ? prose(verdict.remedy.summary, context) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Those that are not listed may be like it or not. */
function moreLikeIt(verdict: Verdict, more: number, { unlisted }: CardContext): string | null {
  if (unlisted(verdict) === 0) return more > 0 ? `and ${more} more like it` : null;
  return more > 0 ? `and at least ${more} more like it` : 'and perhaps more that are not listed';
}

/** `line 7`, or `waf.json line 7` when there were several inputs. */
const where = ({ input, record }: ExplainedRequest): string =>
  input === null ? `line ${record.line}` : `${visible(input)} line ${record.line}`;

/** `GET /pets/{id}`: the route where it is known, else the path; null when neither was seen. */
function target(record: RequestRecord): string | null {
  const path = record.route ?? record.path;
  if (record.method === null && path === null) return null;
  const shown = path === null ? '(path not shown)' : visibleExcerpt(path, maxPathLength);
  return record.method === null ? shown : `${visibleExcerpt(record.method, 40)} ${shown}`;
}

function aboutLines(request: ExplainedRequest, { palette, width }: CardContext): string[] {
  const { record, verdict } = request;
  const named = (name: string, value: string | null) =>
    value === null ? null : `${name} ${visibleExcerpt(value, maxPathLength)}`;
  const rows: (string | null)[][] = [
    [
      isoTime(record.timeMs)?.replace('T', ' ').replace('Z', ' UTC') ?? null,
      named('api', record.apiId),
      named('stage', record.stage),
      target(record),
      named('from', record.sourceIp),
    ],
    [named('request', record.requestId), named('extended', record.extendedRequestId), where(request)],
    [
      `cause ${verdict.cause ?? 'unknown'}${verdict.detail === null ? '' : ` / ${visible(verdict.detail)}`}`,
      verdict.culprit === null ? null : culpritName(verdict.culprit),
    ],
    record.wafJoin === 'approximate' ? ['WAF record matched by address, path and time, not by an id'] : [],
  ];
  return rows
    .flatMap((row) =>
      wrapParts(
        row.filter((part) => part !== null),
        width,
        '     ',
      ),
    )
    .map((line) => palette.dim(line));
}

const culpritNames: Readonly<Record<CulpritKind, string>> = {
  waf_rule: 'refused by the WAF rule',
  web_acl: 'refused by the web ACL',
  authorizer: 'refused by the authorizer',
  policy: 'refused by the policy',
  usage_plan: 'refused by the usage plan',
  vpc_endpoint: 'refused by the VPC endpoint',
  integration: 'refused by the integration',
  // These do not refuse: they are what was refused.
  api_key: 'the API key',
  principal: 'the principal',
  route: 'the route',
  certificate: 'the certificate',
};

/** `refused by the WAF rule block-bots (id)` */
function culpritName({ kind, id, name }: Culprit): string {
  const shown = [name, id === name ? null : id]
    .filter((part) => part !== null)
    .map((part) => visibleExcerpt(part, 200));
  // A policy's name says that it is one: the API's resource policy.
  if (kind === 'policy' && name !== null) return `refused by ${shown.join(' ')}`;
  if (shown.length === 2) return `${culpritNames[kind]} ${shown[0]} (${shown[1]})`;
  return [culpritNames[kind], ...shown].join(' ');
}

function prose(text: string, { width }: CardContext): string[] {
  return text === '' ? [] : wrap(visible(text), width, indented(body));
}

function proofLines(verdict: Verdict, { palette, width }: CardContext): string[] {
  if (verdict.evidence.length === 0) return [];
  const left = verdict.evidence.length - maxProofs;
  return [
    body + palette.bold('Proof'),
    ...verdict.evidence
      .slice(0, maxProofs)
      .flatMap((evidence) => evidenceLines(evidence, width, palette, `${body}${body}`)),
    ...(left > 0 ? [`${body}${body}and ${left} more`] : []),
  ];
}

function remedyLines({ remedy }: Verdict, { palette, width }: CardContext): string[] {
  const { summary, steps, commands } = remedy;
  if (summary === '' && steps.length === 0 && commands.length === 0) return [];
  return [
    body + palette.bold('What to do'),
    ...(summary === '' ? [] : wrap(visible(summary), width, indented(`${body}${body}`))),
    ...steps.flatMap((step, i) => wrap(visible(step), width, hanging(`${body}${body}${i + 1}. `))),
    // Whole, alone on their lines and without a prompt, so that they can be copied.
    ...(commands.length === 0 ? [] : ['', ...commands.map((command) => `${body}${body}${body}${visible(command)}`)]),
  ];
}

function alternativeLines({ alternatives }: Verdict, context: CardContext): string[] {
  if (alternatives.length === 0) return [];
  const { palette, width } = context;
  return [
    body + palette.bold('What else it could be, and how to find out'),
    ...alternatives.flatMap(({ cause, confidence, settledBy }) =>
      wrap(
        `${context.title(cause)} (${cause}, ${confidence}): ${visible(settledBy)}`,
        width,
        hanging(`${body}${body}- `),
      ),
    ),
  ];
}
