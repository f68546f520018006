/**
 * Secrets that no real text holds. Each is woven from a mark that stands in any six of its characters, so that a part
 * of a secret is found as well as the whole. A secret's shape decides which patterns of the engine would take it for
 * something harmless: an id, a host, a path, plain words.
 */
export interface Secrets {
  readonly shape: string;
  /** Value of an API key: 40 characters; its last six may be shown. */
  readonly apiKey: string;
  /** Anything else: tokens, signatures, cookies, members of bodies, parameters. */
  readonly secret: string;
}

const mark = 'zq7';

const woven = (length: number, filler: string): string => {
  let text = '';
  for (let i = 0; text.length < length; i++) text += `Zq7${filler[i % filler.length]}`;
  return text.slice(0, length);
};

const apiKey = (filler: string): string => `${woven(34, filler)}k9X2w4`;

/** To add a shape: a line here. */
export const secretShapes: readonly Secrets[] = [
  { shape: 'letters and digits', apiKey: apiKey('abcdefgh'), secret: woven(44, 'ABcdEFgh') },
  {
    shape: 'a JWT',
    apiKey: apiKey('abcdefgh'),
    secret: `eyJ${woven(21, 'hbcd')}.eyJ${woven(33, 'ijkl')}.${woven(28, '-_xy')}`,
  },
  { shape: 'base64 with padding', apiKey: apiKey('AbCd'), secret: `${woven(42, '+/ab')}==` },
  { shape: 'as short as a request id', apiKey: apiKey('ABCD'), secret: woven(16, 'oAMF') },
  { shape: 'several words', apiKey: apiKey('abcd'), secret: woven(40, 'ab cd ef') },
  { shape: 'a path', apiKey: apiKey('abcd'), secret: `/${woven(31, '/abc')}` },
  { shape: 'user and password', apiKey: apiKey('efgh'), secret: `${woven(12, 'abcd')}:${woven(20, 'efgh')}` },
];

/** Longest part of a secret that may be shown: the last six characters of an API key are AWS's own masking. */
const shownAtMost = 11;

/** Parts of the secrets, longer than what may be shown, that stand in the text, whatever their case. */
export function leaksIn(text: string, { apiKey, secret }: Secrets): readonly string[] {
  const lower = text.toLowerCase();
  if (!lower.includes(mark)) return [];
  const leaks: string[] = [];
  for (const value of [apiKey, secret]) {
    const sought = value.toLowerCase();
    for (let at = 0; at + shownAtMost < sought.length; at++) {
      const part = sought.slice(at, at + shownAtMost + 1);
      if (part.includes(mark) && lower.includes(part)) leaks.push(value.slice(at, at + shownAtMost + 1));
    }
  }
  return leaks;
}
