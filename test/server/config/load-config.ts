import type { Override } from '../../../server/src/config/environment.js';
import { loadConfig } from '../../../server/src/config/load.js';
import type { Config } from '../../../server/src/config/schema.js';

interface Given {
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: readonly Override[];
}

export function load({ yaml, env = {}, options = [] }: Given) {
  return loadConfig({
    file: yaml === undefined ? null : { path: 'why403.yaml', text: yaml },
    env,
    options,
    checkLogFormat: (format) => (format.includes('$context.') ? null : 'it holds no $context variable.'),
  });
}

export function configOf(given: Given): Config {
  const loaded = load(given);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

/** `key (origin): sentence` of each problem. */
export function problemsOf(given: Given): string[] {
  const loaded = load(given);
  return loaded.ok ? [] : loaded.problems.map(({ key, origin, sentence }) => `${key} (${origin}): ${sentence}`);
}
