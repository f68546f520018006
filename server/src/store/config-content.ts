import { createHash } from 'node:crypto';
import type { ConfigFacts } from '@why403/parsers';
import { canonicalJson } from '../text/canonical-json.js';

/** Of an account and region, not of a stage: thousands of keys would be stored with each stage. */
const sharedKeys = ['apiKeys', 'usagePlans'] as const satisfies readonly (keyof ConfigFacts)[];

export interface ConfigPart {
  readonly part: string;
  readonly body: string;
}

/** A configuration cut into parts that others share; `ageMs` is not of it. */
export function partsOfConfig({ ageMs: _age, orElse: _other, ...config }: ConfigFacts): readonly ConfigPart[] {
  const own: Record<string, unknown> = { ...config };
  const parts: Record<string, unknown>[] = [own];
  for (const key of sharedKeys) {
    parts.push(key in own ? { [key]: own[key] } : {});
    delete own[key];
  }
  return parts.map((part) => partOf(canonicalJson(part) as string));
}

export const partOf = (body: string): ConfigPart => ({
  part: createHash('sha256').update(body).digest('hex').slice(0, 32),
  body,
});

export const contentOf = (parts: readonly ConfigPart[]): string => parts.map(({ part }) => part).join('.');

export const partNamesOf = (content: string): readonly string[] => content.split('.');

/** The configuration that these parts make; its age is for whoever knows the request. */
export const configOfParts = (bodies: readonly string[]): ConfigFacts =>
  // Written by partsOfConfig.
  Object.assign({ ageMs: 0 }, ...bodies.map((body) => JSON.parse(body))) as ConfigFacts;
