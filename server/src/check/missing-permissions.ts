import { partitionOf } from '../aws/partition.js';

/** A call that AWS refused for want of a permission. */
export interface Refusal {
  /** As IAM calls it. */
  readonly action: string;
  /** A path of the control plane, or an ARN. */
  readonly part: string;
}

/** What a role lacks, ready to be put into a policy. */
export interface PolicyStatement {
  readonly Effect: 'Allow';
  readonly Action: string;
  readonly Resource: readonly string[];
}

/**
 * One statement for each action. Resources are those of docs/aws/iam-policy.json: without regions, accounts and ids, so that the next API
 * needs no other policy; log groups of names of their own stand by name.
 */
export function missingPermissions(refusals: readonly Refusal[], region: string): readonly PolicyStatement[] {
  const resources = new Map<string, Set<string>>();
  for (const { action, part } of refusals) {
    const of = resources.get(action) ?? new Set();
    resources.set(action, of.add(resourceOf(part, partitionOf(region))));
  }
  return [...resources]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([action, of]) => ({ Effect: 'Allow', Action: action, Resource: [...of].sort() }));
}

const groupPatterns = ['/aws/apigateway/*', 'API-Gateway-Execution-Logs*', 'aws-waf-logs-*'];

/** By which names a policy allows a group, and others that are called alike. */
export const groupPattern = (name: string): string =>
  groupPatterns.find((pattern) => name.startsWith(pattern.slice(0, -1))) ?? `${name.replace(/\/Canary$/, '')}*`;

function resourceOf(part: string, partition: string): string {
  if (part.startsWith('/')) return `arn:${partition}:apigateway:*::${pathPattern(part)}`;
  // arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/edge/… → arn:aws:wafv2:*:*:regional/webacl/*
  const acl = /^(arn:[a-z-]+:wafv2):[^:]*:[^:]*:regional\/webacl\//.exec(part);
  if (acl !== null) return `${acl[1]}:*:*:regional/webacl/*`;
  const group = /^(arn:[a-z-]+:logs):[^:]*:[^:]*:log-group:(.+)$/s.exec(part);
  if (group === null) return part;
  const [, service = '', name = ''] = group;
  return `${service}:*:*:log-group:${groupPattern(name)}`;
}

// /restapis/a1b2c3d4e5/stages → /restapis/*/stages
const pathPattern = (path: string): string =>
  path
    .split('/')
    .map((word, i) => (i > 0 && i % 2 === 0 ? '*' : word))
    .join('/');
