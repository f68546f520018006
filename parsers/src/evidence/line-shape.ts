import { contextVariables } from '../model/index.js';

const longest = 200;

/** Keys of what AWS itself writes around and into log records: subscription payloads, FilterLogEvents, Firehose, WAF. */
const awsKeys = `@timestamp @message @log @logStream @ptr messageType owner logGroup logStream subscriptionFilters logEvents
  id timestamp message extractedFields events searchedLogStreams logStreamName logGroupName ingestionTime eventId nextToken
  nextForwardToken nextBackwardToken awslogs data Records records kinesis recordId sequenceNumber partitionKey
  approximateArrivalTimestamp deliveryStreamArn formatVersion webaclId terminatingRuleId terminatingRuleType action
  terminatingRuleMatchDetails httpSourceName httpSourceId ruleGroupList ruleGroupId terminatingRule rateBasedRuleList
  nonTerminatingMatchingRules requestHeadersInserted responseCodeSent httpRequest clientIp country headers name value uri
  args httpVersion httpMethod scheme fragment host labels captchaResponse challengeResponse failureReason`;

/** `identity.sourceIp` and what people shorten it to, `sourceIp`. */
const readable: ReadonlySet<string> = new Set([
  ...Object.keys(contextVariables),
  ...Object.keys(contextVariables).map((name) => name.slice(name.lastIndexOf('.') + 1)),
  ...awsKeys.split(/\s+/),
]);

// `"requestId":`, `"identity.sourceIp" :`, the name of a member
const keyName = /"([@$]?[A-Za-z][\w.]{0,63})"(?=[ \t]{0,4}:)/g;

/**
 * What a line looks like without what it says: letters as `a`, digits as `9`, other characters outside ASCII as `u`; only key
 * names that are `$context` variables or AWS's own stay readable.
 *
 * `{"requestId":"0c5f-…","secret":"x"}` → `{"requestId":"9a9a-…","aaaaaa":"a"}`
 */
export function shapeOfLine(text: string): string {
  const head = text.slice(0, 2 * longest);
  let shape = '';
  let at = 0;
  for (const match of head.matchAll(keyName)) {
    if (shape.length >= longest) break;
    if (!readable.has(match[1] as string)) continue;
    shape += blot(head.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return (shape + blot(head.slice(at))).slice(0, longest);
}

const blot = (text: string): string =>
  text
    .replace(/\p{L}/gu, 'a')
    .replace(/\p{Nd}/gu, '9')
    .replace(/\P{ASCII}/gu, 'u')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\0-\x1f\x7f]/g, ' ');
