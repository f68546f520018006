import type { Caller } from './callers.js';
import type { DemoRoute, DemoStage } from './company.js';
import type { OutcomeName } from './outcomes.js';
import type { WafRule } from './waf-rules.js';

/** One request as it went; log lines are made of it. */
export interface DemoRequest {
  readonly timeMs: number;
  readonly stage: DemoStage;
  /** null: nothing of the API matched. */
  readonly route: DemoRoute | null;
  readonly method: string;
  /** Behind stage or mapping. */
  readonly path: string;
  readonly outcome: OutcomeName;
  readonly caller: Caller;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly latencyMs: number;
  readonly length: number;
  /** Set when the web ACL blocked it. */
  readonly wafRule: WafRule | null;
}

/** `$context.path`: with the stage on the default endpoint, with the mapping on a custom domain. */
export function loggedPath({ stage, path }: Pick<DemoRequest, 'stage' | 'path'>): string {
  if (stage.basePath !== null) return stage.basePath === '(none)' ? path : `/${stage.basePath}${path}`;
  return stage.name === '$default' ? path : `/${stage.name}${path}`;
}
