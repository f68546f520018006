import type { ConfigFacts } from '@why403/parsers';
import type { DeployedFacts } from './deployed-facts.js';
import type { DiscoveredStage } from './snapshot.js';

/** What the listings alone tell of a stage: enough to read its logs. */
export interface StageOutline {
  readonly stage: Omit<DiscoveredStage, 'config' | 'policyHash' | 'areRoutesEdited'>;
  /** What holds without a deployment. */
  readonly live: Pick<
    ConfigFacts,
    'endpointType' | 'disableExecuteApiEndpoint' | 'cacheInvalidationFailsWith403' | 'webAcl'
  >;
  /** Asks for what is not among the kept facts; what could not be read is missing. */
  readDeployed(kept: DeployedFacts | null): Promise<DeployedFacts>;
}

/** What several stages of an API ask for is read once. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | null = null;
  return () => {
    reading ??= read();
    return reading;
  };
}
