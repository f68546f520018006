import { type CauseGroup, groupOfCause } from '@why403/parsers';

/**
 * The one place for colours of groups. Each keeps a contrast of 3 to white and to Grafana's dark panels, and no two are close: a test
 * holds them to it.
 */
export const groupColors: Readonly<Record<CauseGroup, string>> = {
  authorizer: '#8e5cd9',
  waf: '#e0403a',
  resource_policy: '#d6409f',
  api_key: '#d2721e',
  usage_plan: '#a8891c',
  iam: '#3a76e8',
  signature: '#1a94b8',
  routing: '#12967e',
  network: '#549a2b',
  backend: '#a06a4e',
  unknown: '#80868e',
};

const colors: ReadonlyMap<string, string> = new Map(Object.entries(groupColors));
const groups: ReadonlyMap<string, string> = new Map(Object.entries(groupOfCause));

/** Of the group that labels tell, or of their cause; undefined when they tell neither, or one that this version does not know. */
export function colorOf(labels: Readonly<Record<string, string>>): string | undefined {
  const group = labels['group'] ?? groups.get(labels['cause'] ?? '');
  return group === undefined ? undefined : colors.get(group);
}
