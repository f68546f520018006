import type { DiscoveredStage, Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { account, region } from '../../../fake-aws/harness.js';

export const updatedMs = Date.UTC(2026, 1, 1);
export const takenMs = Date.UTC(2026, 2, 1, 12);

export const stage = (change: Partial<DiscoveredStage> = {}): DiscoveredStage => ({
  apiId: 'rest000001',
  apiName: 'shop',
  apiKind: 'rest',
  stage: 'prod',
  tags: {},
  deploymentId: 'dep001',
  lastUpdatedMs: updatedMs,
  accessLog: {
    format: '$context.requestId $context.status',
    destination: { kind: 'log_group', group: '/aws/apigateway/shop', region, account },
  },
  executionLog: { level: 'ERROR', groups: ['API-Gateway-Execution-Logs_rest000001/prod'] },
  canary: null,
  webAcl: null,
  policyHash: null,
  areRoutesEdited: false,
  config: { ageMs: 0, resourcePolicy: false, authorizers: [], gatewayResponses: [], routes: [] },
  ...change,
});

export const snapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  account,
  region,
  takenMs,
  stages: [stage()],
  usagePlans: [],
  apiKeys: [],
  problems: [],
  ...change,
});

export const unread = (part: string) => ({
  part,
  action: 'apigateway:GET',
  kind: 'denied' as const,
  message: `AWS refuses apigateway:GET on ${part}.`,
});
