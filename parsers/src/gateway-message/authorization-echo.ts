import type { GatewayMessage } from '../model/index.js';

type Scheme = GatewayMessage['authorizationScheme'];

// 'eyJ…' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer eyJ…'.
// Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'Zm9v…='.
const keyValuePair =
  /(not a valid|invalid) key ?= ?value pair(?: ?\(missing equal[- ]sign\))?(?: in authorization header)?/i;
// Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. … Authorization=Basic Zm9vOg==
const missingParameter =
  /authorization header requires (?:'?(?:credential|signature|signedheaders)'? parameter|existence of either an? '?x-amz-date'? or an? '?date'? header)\.?/gi;
const hashed = /\(?hashed with sha-?256/i;
const masked = /^(?:\[?\.{3}|…|\*{3}|<|\[|x{3}|\.\.\.)/i;

/** What a header value looks like from its first characters; the value itself is not kept. */
export function schemeOfHeader(value: string): 'bearer' | 'basic' | 'sigv4' | 'other' {
  const start = value.slice(0, 64).replace(/^[\s"'`]+/, '');
  if (/^bearer\b/i.test(start)) return 'bearer';
  if (/^basic\b/i.test(start)) return 'basic';
  return /^aws4(?:-|\b)/i.test(start) ? 'sigv4' : 'other';
}

function schemeOfEcho(echo: string): Scheme {
  const value = echo
    .slice(0, 256)
    .replace(/^[\s:="'`]+/, '')
    .replace(/^authorization ?[:=] ?/i, '');
  if (value === '' || value.startsWith('.')) return value.startsWith('...') ? 'hidden' : null;
  return masked.test(value) ? 'hidden' : schemeOfHeader(value);
}

interface EchoSentence {
  readonly text: string;
  readonly authorizationScheme: Scheme;
}

/**
 * The SigV4 reader's complaint about an Authorization header that is no signature. Older wordings echo the header, so
 * everything beside AWS's own words becomes `…`. Null when the text is none. The text must be normalised.
 */
export function parseAuthorizationEcho(text: string): EchoSentence | null {
  const pair = keyValuePair.exec(text);
  if (pair) {
    const after = text.slice(pair.index + pair[0].length, pair.index + pair[0].length + 400);
    const old = /^not/i.test(pair[1] ?? '');
    if (hashed.test(after.slice(0, 60))) {
      return {
        text: `${old ? "'…' " : ''}${pair[0]} (hashed with SHA-256 and encoded with Base64): '…'`,
        authorizationScheme: 'hidden',
      };
    }
    const echo = /^ ?: ?/.test(after) ? schemeOfEcho(after) : null;
    // 'AWS4-HMAC-SHA256' not a valid …: the part that was no pair
    const part = old && pair.index > 0 ? text.slice(Math.max(0, pair.index - 4096), pair.index) : '';
    const sigv4Part = /'aws4-hmac-sha256'? ?$/i.test(part);
    return {
      text: `${part === '' ? '' : "'…' "}${pair[0]}${/^ ?:/.test(after) ? ": '…'" : ''}`,
      authorizationScheme: sigv4Part && (echo === null || echo === 'hidden' || echo === 'other') ? 'sigv4' : echo,
    };
  }

  const sentences = [...text.matchAll(missingParameter)].map((m) => m[0]);
  if (sentences.length === 0) return null;
  const tail = /authorization=(.{0,256})/i.exec(text);
  const scheme = hashed.test(text) ? 'hidden' : tail ? schemeOfEcho(tail[1] ?? '') : null;
  return {
    text: `${sentences.slice(0, 4).join(' ')}${tail ? ' Authorization=…' : ''}`,
    authorizationScheme: scheme,
  };
}
