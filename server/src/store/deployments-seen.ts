import type { StageKey } from './control-plane-store.js';
import type { Database } from './database.js';
import { dateTime, dateTime64 } from './stored-values.js';

/** A deployment that answered a request of a stage, as the access log says. */
export interface DeploymentSeen extends StageKey {
  readonly deploymentId: string;
  readonly atMs: number;
}

/** What logs tell of deployments: a set that only grows, whatever is read again, and by whom. */
export interface DeploymentLog {
  /** Of each hour the first sight is kept. */
  insertDeploymentsSeen(seen: readonly DeploymentSeen[]): Promise<void>;
}

const hourMs = 3_600_000;

export function createDeploymentLog(database: Database): DeploymentLog {
  return {
    async insertDeploymentsSeen(seen) {
      const rows = seen.map(({ account, region, apiId, stage, deploymentId, atMs }) => ({
        api_id: apiId,
        stage,
        account,
        region,
        hour: dateTime(Math.floor(atMs / hourMs) * hourMs),
        deployment_id: deploymentId,
        at: dateTime64(atMs),
      }));
      if (rows.length > 0) await database.insert('deployment_seen', rows);
    },
  };
}
