import type { Caller } from './callers.js';
import { type DemoStage, stages } from './company.js';
import type { DemoRequest } from './demo-request.js';
import type { OutcomeName } from './outcomes.js';
import { Random } from './random.js';
import { scannerRules, type WafRule } from './waf-rules.js';

/** What a stray request or a sweep of a scanner asks for. */
export interface Probe extends Pick<DemoRequest, 'timeMs' | 'stage' | 'method' | 'path' | 'outcome' | 'caller'> {
  readonly wafRule: WafRule | null;
}

const paths = [
  '/.env',
  '/wp-login.php',
  '/.git/config',
  '/admin',
  '/phpmyadmin/index.php',
  '/actuator/health',
  '/api/v1/users',
  '/server-status',
  '/.aws/credentials',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/config.json',
  '/swagger-ui.html',
  '/graphql',
  '/console',
  '/backup.zip',
  '/xmlrpc.php',
  '/cgi-bin/luci',
  '/owa/auth/logon.aspx',
  '/.well-known/security.txt',
  '/telescope/requests',
];
/** Those that a web ACL blocks. */
const trippingPaths: ReadonlySet<string> = new Set([
  '/.env',
  '/.git/config',
  '/.aws/credentials',
  '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
  '/cgi-bin/luci',
]);
const tools = ['python-requests/2.32.5', 'Go-http-client/1.1', 'curl/8.5.0', 'Mozilla/5.0 zgrab/0.x', '-'];
const targets: readonly DemoStage[] = [
  stages.storefront,
  stages.orders,
  stages.media,
  stages.payments,
  stages.erp,
  stages.mobile,
  stages.storefrontStaging,
  stages.devices,
  stages.sessions,
];

const minuteMs = 60_000;
/** Scanners come round: each target is swept once in this time, so that sweeps are the habit of a day and no news. */
const roundMs = 3 * 3_600_000;
const longestSweepMs = 4 * minuteMs;
/** Stray requests in a minute, from everywhere to everything. */
const strays = 1.3;

/** What scanners ask for in the minute that begins then: sweeps that last some minutes, and strays. */
export function probesOfMinute(seed: number, fromMs: number, random: Random): Probe[] {
  const probes: Probe[] = [];
  addSweeps(seed, Math.floor(fromMs / roundMs), fromMs, random, probes);
  for (let left = random.poisson(strays); left > 0; left--) {
    const ip = `203.0.113.${20 + random.below(160)}`;
    const caller = scanner(ip, random.pick(tools));
    probes.push(probe(fromMs + random.below(minuteMs), random.pick(targets), caller, random.pick(paths), random));
  }
  return probes;
}

function addSweeps(seed: number, round: number, fromMs: number, random: Random, probes: Probe[]): void {
  const plan = new Random(seed, 0x5ca9, round);
  for (const stage of targets) {
    const startMs = round * roundMs + plan.below(roundMs - longestSweepMs);
    const count = 8 + plan.below(10);
    const stepMs = Math.floor(plan.between(60_000, longestSweepMs) / count);
    const caller = scanner(`203.0.113.${20 + plan.below(160)}`, plan.pick(tools));
    const first = Math.max(0, Math.ceil((fromMs - startMs) / stepMs));
    for (let i = first; i < count && startMs + i * stepMs < fromMs + minuteMs; i++) {
      // Each goes through the same list.
      const path = paths[i % paths.length] as string;
      probes.push(probe(startMs + i * stepMs, stage, caller, path, random));
    }
  }
}

const scanner = (ip: string, userAgent: string): Caller => ({
  name: 'scanner',
  ip,
  userAgent,
  principal: '-',
  userArn: '-',
  apiKeyId: '-',
  apiKey: '-',
});

function probe(timeMs: number, stage: DemoStage, caller: Caller, path: string, random: Random): Probe {
  const isBlocked = stage.webAcl !== null && trippingPaths.has(path);
  const withToken = random.unit() < 0.06;
  return {
    timeMs,
    stage,
    caller,
    method: random.unit() < 0.85 ? 'GET' : 'POST',
    path,
    outcome: outcomeOf(stage, isBlocked, withToken),
    wafRule: isBlocked ? random.pick(scannerRules) : null,
  };
}

function outcomeOf(stage: DemoStage, isBlocked: boolean, withToken: boolean): OutcomeName {
  if (stage.kind === 'http') return 'httpNoRoute';
  if (isBlocked) return 'wafBlocked';
  return withToken ? 'noRouteWithToken' : 'noRoute';
}
