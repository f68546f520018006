import { visibleExcerpt } from '../text/visible.js';
import type { ProbeAnswer, ProbeFinding } from './probe.js';

const problem = (sentence: string): ProbeFinding => ({ level: 'problem', sentence });
const warning = (sentence: string): ProbeFinding => ({ level: 'warning', sentence });

const maxUrlLength = 1000;
const maxAnswerLength = 1024 * 1024;

/** Firehose delivers to https on port 443 only; trying it elsewhere is fine. */
export function judgeUrl(text: string): readonly ProbeFinding[] {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    return [problem(`Expected the URL of the endpoint, https://…/api/v1/ingest/firehose, came ${excerpt(text)}.`)];
  }
  const url = new URL(text);
  const findings: ProbeFinding[] = [];
  if (url.protocol !== 'https:' || url.port !== '') {
    findings.push(
      warning(`Firehose delivers to https on port 443 only: a stream cannot be given ${url.protocol}//${url.host}.`),
    );
  }
  if (text.length > maxUrlLength) findings.push(warning('Firehose takes a URL of at most 1,000 characters.'));
  return findings;
}

export interface SentProbe {
  readonly requestId: string;
  /** `a request of 86 MiB` */
  readonly sent: string;
  readonly seconds: number;
}

/** What Firehose would make of an answer. */
export function judgeAnswer(answer: ProbeAnswer, { requestId, sent, seconds }: SentProbe): readonly ProbeFinding[] {
  const { status } = answer;
  if (status !== 200) return [problem(statusSentence(answer, sent))];
  const flaw = formFlaw(answer, requestId);
  if (flaw !== null) return [problem(`The answer to ${sent} is 200, but ${flaw} Firehose would send the batch again.`)];
  const ok: ProbeFinding = { level: 'ok', sentence: `Took ${sent} in ${seconds.toFixed(1)} s.` };
  if (seconds < 90) return [ok];
  return [ok, warning('Firehose waits 3 minutes for an answer: lower the buffer size of the stream.')];
}

function statusSentence(answer: ProbeAnswer, sent: string): string {
  const { status, headers } = answer;
  const by = serverOf(headers);
  if (status === 413) {
    return `${by} refuses ${sent} with 413: Firehose throws such a batch away for good. Raise the limit of body sizes there to 128 MiB (nginx: client_max_body_size 128m; ingress-nginx: annotation nginx.ingress.kubernetes.io/proxy-body-size: 128m).`;
  }
  if (status >= 300 && status < 400) {
    return `${by} answers with a redirect (${status}) to ${excerpt(headers['location'] ?? 'nowhere')}, which Firehose does not follow: give it the address where the service itself answers.`;
  }
  const told = errorMessageOf(answer.body);
  if (told !== null) return `why403 refuses ${sent} with ${status}: ${visibleExcerpt(told, 500)}`;
  const advice = adviceOf(status);
  return `${by} answers ${sent} with ${status}, and not why403 itself${advice === null ? '' : `: ${advice}`}.`;
}

function adviceOf(status: number): string | null {
  if (status === 401 || status === 403) return 'something in front asks for other credentials, or blocks the request';
  if (status === 404 || status === 405) return 'check the path, which ends in /api/v1/ingest/firehose';
  if (status === 408 || status === 504) return 'raise its time limits to 180 s';
  if (status === 502 || status === 503) return 'it does not reach the service';
  return null;
}

/** null when Firehose takes it. */
function formFlaw({ headers, body }: ProbeAnswer, requestId: string): string | null {
  const type = headers['content-type'] ?? 'none';
  if (type !== 'application/json') {
    const page = type.startsWith('text/html') ? ': something in front answers with a page' : '';
    return `its Content-Type is ${excerpt(type)} and not application/json${page}.`;
  }
  if (headers['content-encoding'] !== undefined) {
    return `it has Content-Encoding ${excerpt(headers['content-encoding'])}: switch off the compression of answers in the proxy (nginx: gzip off).`;
  }
  if (headers['content-length'] === undefined) {
    return 'it has no Content-Length: something in front rewrites answers.';
  }
  if (body.length > maxAnswerLength) return 'it is larger than 1 MiB.';
  const answered = parse(body);
  if (answered === null) return 'it is no JSON.';
  if (answered['requestId'] !== requestId) {
    return `it names another requestId: the endpoint is not /api/v1/ingest/firehose of why403.`;
  }
  return Number.isSafeInteger(answered['timestamp']) ? null : 'it has no timestamp.';
}

/** Why no answer came. */
export function judgeFailure(error: unknown, sent: string): ProbeFinding {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return problem(
    failures[code] ?? certificateSentence(code) ?? `No answer came to ${sent} (${excerpt(code || nameOf(error))}).`,
  );
}

const broken =
  'The connection was closed while the request was being sent: often a proxy that has a limit on body sizes or on time. Look at its error log, and raise the limit to 128 MiB and 180 s.';
const failures: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The host name of the URL is not known.',
  EAI_AGAIN: 'The host name of the URL could not be looked up.',
  ECONNREFUSED: 'Nothing listens at that address and port.',
  EHOSTUNREACH: 'The host cannot be reached from here.',
  ENETUNREACH: 'The network of the host cannot be reached from here.',
  ECONNRESET: broken,
  EPIPE: broken,
  ETIMEDOUT:
    'No answer came within 3 minutes, after which Firehose sends again: lower the buffer size of the stream, or look at what the service waits for (GET /readyz).',
  EPROTO: 'TLS could not be agreed on: is this the port of https?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'TLS could not be agreed on: is this the port of https?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another host name than that of the URL: Firehose refuses it.',
  CERT_HAS_EXPIRED: 'The certificate has expired: Firehose refuses it.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed: Firehose takes only those of a public authority.',
  SELF_SIGNED_CERT_IN_CHAIN:
    'The certificate is of a private authority: Firehose takes only those of a public authority.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'The server does not send the certificates between its own and the authority: give it the full chain.',
};

const certificateSentence = (code: string): string | null =>
  code.includes('CERT')
    ? `The certificate is refused (${code}): Firehose takes only those of a public authority.`
    : null;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

const serverOf = ({ server }: ProbeAnswer['headers']): string =>
  server === undefined ? 'Something' : `${visibleExcerpt(server, 40)} (as it names itself)`;

const errorMessageOf = (body: string): string | null => {
  const told = parse(body)?.['errorMessage'];
  return typeof told === 'string' ? told : null;
};

function parse(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const excerpt = (text: string): string => `"${visibleExcerpt(text, 120)}"`;
