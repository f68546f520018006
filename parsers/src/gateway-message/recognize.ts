import type { GatewayMessage, GatewayMessageKind, PolicyDenial } from '../model/index.js';
import { parseAuthorizationEcho } from './authorization-echo.js';
import { normaliseMessage } from './normalise.js';
import { parsePolicyDenial } from './policy-denial.js';
import { sentences, wholeMessages } from './sentences.js';

interface Extra {
  readonly denial?: PolicyDenial;
  readonly authorizationScheme?: GatewayMessage['authorizationScheme'];
  readonly subject?: string;
}

const message = (kind: GatewayMessageKind, text: string, extra: Extra = {}): GatewayMessage => ({
  kind,
  text,
  denial: extra.denial ?? null,
  authorizationScheme: extra.authorizationScheme ?? null,
  subject: extra.subject ?? null,
});

const unrecognised: GatewayMessage = message('other', '(a message that is none of API Gateway’s own)');

// {"message":"Forbidden"}   {'Message': null}   {"message":""Forbidden""}   message: Forbidden
const messageMember = /["']?\bmessage["']? ?[:=] ?(null\b|["']{1,2}[^"']{1,60}["']|[a-z][a-z -]{1,40}$)/gi;
// <ForbiddenException><Message>Forbidden</Message></ForbiddenException>
const messageElement = /<message>([^<]{1,60})<\/message>/gi;
// ForbiddenException: Forbidden   403 Forbidden
const leadingName = /^(?:[\w.$#]{0,120}(?:exception|error) ?: ?|[1-5]\d\d ?[:-]? ?){1,4}/i;

function wholeMessage(text: string): GatewayMessage | null {
  const words = text
    .replace(/^[\s"'`]{1,8}/, '')
    .replace(leadingName, '')
    .replace(/^[\s"'`]{1,8}/, '')
    .replace(/[\s"'`.!]{1,8}$/, '');
  const kind = wholeMessages.get(words.toLowerCase());
  return kind === undefined ? null : message(kind, words);
}

function recognizeWhole(text: string): GatewayMessage | null {
  const start = text.slice(0, 1024);
  for (const wrapping of [messageMember, messageElement]) {
    for (const match of start.matchAll(wrapping)) {
      const found = wholeMessage(match[1] ?? '');
      if (found) return found;
    }
  }
  return text.length > 200 ? null : wholeMessage(text);
}

/**
 * Finds a sentence of API Gateway's anywhere in the text; null when there is none. Messages of a single everyday word
 * (`Forbidden`) are not looked for: see `recognizeMessage`.
 */
export function findSentence(text: string): GatewayMessage | null {
  const words = normaliseMessage(text);
  const denial = parsePolicyDenial(words);
  if (denial) return message(denial.kind, denial.text, { denial: denial.denial });

  const echo = parseAuthorizationEcho(words);
  if (echo) {
    return message('incomplete_signature', echo.text, { authorizationScheme: echo.authorizationScheme });
  }

  for (const sentence of sentences) {
    const match = sentence.pattern.exec(words);
    if (!match) continue;
    const subject = sentence.subject?.(match);
    const shown = sentence.text?.(match) ?? match[0];
    return message(sentence.kind, shown.trim(), subject === undefined ? {} : { subject });
  }
  return null;
}

/**
 * Recognises the message of an answer or of `$context.error.message`: the bare sentence, a JSON or XML body around it,
 * or an SDK's words around that. Keeps only words that it knows; for `other` nothing of the text is kept.
 */
export function recognizeMessage(text: string): GatewayMessage {
  const bounded = text.length > 8192 ? text.slice(0, 8192) : text;
  return recognizeWhole(normaliseMessage(bounded)) ?? findSentence(bounded) ?? unrecognised;
}
