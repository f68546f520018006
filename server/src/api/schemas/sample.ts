import { z } from 'zod';
import { type DimensionName, dimensionNames, type LabelName, labelNames } from '../../query/query.js';
import { severities, severityOf } from '../../query/severity.js';
import type { StoredEvent } from '../../store/event-store.js';
import { visible, visibleExcerpt } from '../../text/visible.js';
import { type CauseInfoMap, explanationOf } from '../explanation.js';
import { executionLogGroup } from '../log-group.js';
import { epochMs } from './time.js';

const labelTypes = ['label', 'dimension', 'field'] as const;

export const logGroup = z.string().nullable().meta({
  description: 'CloudWatch Logs group that has lines of the request, if one is known to.',
});
export const traceId = z.string().nullable().meta({ description: 'X-Ray trace, if a log names it.' });

export const sample = z
  .strictObject({
    time: epochMs,
    id: z.string().meta({ description: '`eventId`.' }),
    severity: z.enum(severities).meta({
      description:
        'Who has to act. `error`: the owner of the API, whose side keeps callers out that should be let in; `warning`: the caller, or whoever gives it a key, a token or a permission; `info`: usually nobody, a gate did what it is there for; `unknown`: no log says why. A verdict that is only possible is never an `error`.',
    }),
    body: z.string().meta({
      description:
        'One line: method, path, status, cause and reason. Control characters and the like are shown as escapes.',
    }),
    labels: z
      .record(z.string(), z.string())
      .meta({ description: 'What the request is known by, exactly as it was logged; what no log tells is left out.' }),
    labelTypes: z.record(z.string(), z.enum(labelTypes)).meta({
      description:
        'Of each of `labels`: a `label` can be filtered and grouped by, a `dimension` filtered by, a `field` is for the eye.',
    }),
    traceId,
    logGroup,
  })
  .meta({ id: 'Sample', description: 'A refused request as a log line.' });

/** Names as in filters, so that a value can be filtered for where it is read. */
type ShownName = LabelName | DimensionName | 'status' | 'extended_request_id';

const shown: Readonly<Record<ShownName, (event: StoredEvent) => string>> = {
  account: (event) => event.account,
  region: (event) => event.region,
  api_id: (event) => event.apiId,
  stage: (event) => event.stage,
  route: (event) => event.route,
  method: (event) => event.method,
  cause: (event) => event.cause,
  group: (event) => event.group,
  confidence: (event) => event.confidence,
  detail: (event) => event.detail,
  culprit: (event) => event.culprit,
  status: (event) => (event.status === 0 ? '' : String(event.status)),
  source_ip: (event) => event.sourceIp,
  principal: (event) => event.principal,
  api_key_id: (event) => event.apiKeyId,
  user_agent: (event) => event.userAgent,
  path: (event) => event.path,
  request_id: (event) => event.requestId,
  extended_request_id: (event) => event.extendedRequestId,
};

const typeOf = (name: string): (typeof labelTypes)[number] => {
  if ((labelNames as readonly string[]).includes(name)) return 'label';
  return (dimensionNames as readonly string[]).includes(name) ? 'dimension' : 'field';
};

/** The one way in which a refused request becomes a log line: of pages and of the live stream. */
export function toSample(event: StoredEvent, causes: CauseInfoMap): z.output<typeof sample> {
  const labels = Object.entries(shown)
    .map(([name, read]) => [name, read(event)] as const)
    .filter(([, value]) => value !== '');
  return {
    time: event.tsMs,
    id: event.eventId,
    severity: severityOf(event),
    body: toLine(event, causes),
    labels: Object.fromEntries(labels),
    labelTypes: Object.fromEntries(labels.map(([name]) => [name, typeOf(name)])),
    traceId: event.sample?.record.traceId ?? null,
    logGroup: executionLogGroup(event),
  };
}

/** Longer ones would push the cause out of sight. */
const maxPathCharacters = 200;

/** `GET /orders/7 → 403: Blocked by AWS WAF: The web ACL blocked it.` */
function toLine(event: StoredEvent, causes: CauseInfoMap): string {
  const method = event.method === 'unknown' ? '' : `${visibleExcerpt(event.method, 20)} `;
  const path = visibleExcerpt(event.path === '' ? event.route : event.path, maxPathCharacters);
  const status = event.status === 0 ? 'refused' : event.status;
  const { title } = explanationOf(event.cause, null, causes);
  return `${method}${path} → ${status}: ${visible(title)}: ${visible(event.reason)}`;
}
