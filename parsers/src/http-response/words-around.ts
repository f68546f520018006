import { findSentence } from '../gateway-message/index.js';
import { isCommand } from './command.js';
import type { PasteLine } from './paste-lines.js';

// Content-Type: application/json   "x-amzn-errortype" = "…"
const headerLine = /^["'`]?:?[A-Za-z][\w-]{1,60}["'`]?\s{0,8}(?::|=>?)(?:\s|["'`]|$)/;
const knownHeader =
  /^["'`]?(?::|x-|access-control-|content-|www-|strict-|apigw-|cf-|sec-|accept|date|server|via|connection|vary|etag|age|keep-alive|cache-control|transfer-encoding|set-cookie|location|host|user-agent|authorization|origin|referer|cookie)/i;
// x-amzn-errortype: ForbiddenException, since we turned on …: words may follow such a header
const singleWordHeader = /^["'`]?(?:x-amzn-(?:errortype|requestid)|x-amz-apigw-id|apigw-requestid)\b/i;
const pageStart = /^<(?:!doctype|html|head|\?xml|error>)/i;
const pageEnd = /<\/(?:html|error)>/i;
const answerLine = /^(?:HTTP\/|<[!?/a-z]|["'`]?[{}[\]]|["'`]?[1-5]\d\d["'`)]{0,2}\s{0,3}[:–—-]?\s{0,3}["'`]?\{)/i;
const requestLine = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+(?:\/\S*|https?:\S+)(?:\s+HTTP\/[\d.]+)?$/;
// "message": "…", inside a body over several lines
const jsonMember = /^["']?[\w$.-]{1,80}["']?\s{0,4}[:=]\s{0,4}["'[{]/;

/**
 * The words that people wrote around the exchange: what is left when commands, headers, bodies, URLs and AWS's own
 * sentences are taken away.
 */
export function wordsAround(lines: readonly PasteLine[]): string {
  const curlMarks = lines.some((line) => line.mark === '<');
  const words: string[] = [];
  let length = 0;
  let sentence = '';
  let sentenceLength = 0;
  let page = false;
  for (const { text, mark } of lines) {
    page ||= pageStart.test(text);
    if (page) {
      page = !pageEnd.test(text);
      continue;
    }
    if (text === '' || isCommand(text) || answerLine.test(text) || requestLine.test(text)) continue;
    if (mark !== null && curlMarks) continue;
    if (jsonMember.test(text) || (headerLine.test(text) && knownHeader.test(text) && !singleWordHeader.test(text)))
      continue;
    const left = text
      .replace(/\b(?:https?|wss?):\/\/[^\s"'`]{1,2048}/gi, ' ')
      .replace(/["'`]?\{[^{}\n]{0,2048}\}["'`]?/g, ' ')
      .replace(/\b(?:x-amzn?|apigw)-[\w-]{1,40}\b["'`]?\s{0,4}[:=]?\s{0,4}["'`]?[\w=+/.-]{0,128}/gi, ' ')
      .replace(/\b(?:[a-z0-9-]{1,63}\.){1,8}(?:amazonaws\.com(?:\.cn)?|cloudfront\.net|on\.aws)\S{0,512}/gi, ' ');
    // a sentence of AWS's may be wrapped over several lines
    const joined = `${sentence}${left}`.slice(0, 4096);
    const found = findSentence(joined)?.text.length ?? 0;
    if (found > sentenceLength) {
      sentence = `${joined} `;
      sentenceLength = found;
      continue;
    }
    sentence = '';
    sentenceLength = 0;
    if (findSentence(left)) {
      sentence = `${left} `;
      sentenceLength = findSentence(left)?.text.length ?? 0;
      continue;
    }
    words.push(left);
    length += left.length;
    if (length > 16 * 1024) break;
  }
  return words.join('\n');
}
