import {
  type ApiKey,
  GetApiKeysCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  type UsagePlan,
} from '@aws-sdk/client-api-gateway';
import type { ApiKeyConfig } from '@why403/parsers';
import type { ControlPlane } from './control-plane.js';
import { byText, wholeList } from './deployed-facts.js';
import type { DiscoveredPlan, Snapshot } from './snapshot.js';

const limit = 500;

/** Usage plans with their stages; with `keys` also which keys each has. */
export async function readUsagePlans(plane: ControlPlane, keys: boolean): Promise<Snapshot['usagePlans']> {
  const plans = await plane.list<UsagePlan>('/usageplans', async (position, { apiGateway }, options) => {
    const page = await apiGateway.send(new GetUsagePlansCommand({ limit, position }), options);
    return { items: page.items, next: page.position };
  });
  if (!plans) return null;
  const all: DiscoveredPlan[] = [];
  for (const { id = '', name = '', apiStages = [] } of plans) {
    const stages = apiStages.map(({ apiId = '', stage = '' }) => ({ apiId, stage }));
    const keyIds = keys ? await readKeyIds(plane, id) : undefined;
    all.push({
      id,
      name,
      stages: stages.sort(byText(({ apiId, stage }) => `${apiId}/${stage}`)),
      keyIds: keyIds ?? null,
    });
  }
  return all.sort(byText(({ id }) => id));
}

/** AWS sends the keys' values along: they end here. */
async function readKeyIds(plane: ControlPlane, usagePlanId: string): Promise<readonly string[] | null | undefined> {
  const ids = await plane.list(`/usageplans/${usagePlanId}/keys`, async (position, { apiGateway }, options) => {
    const page = await apiGateway.send(new GetUsagePlanKeysCommand({ usagePlanId, limit, position }), options);
    return { items: page.items?.map(({ id = '' }) => id), next: page.position };
  });
  return ids?.toSorted();
}

/**
 * Of a value nothing is kept but its last six characters and its length, by which API Gateway's own log masks keys; AWS tells them in
 * no other way than by the value.
 */
export async function readApiKeys(plane: ControlPlane): Promise<Snapshot['apiKeys']> {
  const keys = await plane.list('/apikeys', async (position, { apiGateway }, options) => {
    const page = await apiGateway.send(new GetApiKeysCommand({ includeValues: true, limit, position }), options);
    return { items: page.items?.map(maskedKey), next: page.position };
  });
  return (keys && wholeList(keys)?.toSorted(byText(({ id }) => id))) ?? null;
}

/** undefined: AWS kept the value back, and the list would seem to have a key that nothing matches. */
function maskedKey({
  id = '',
  name = '',
  enabled,
  value,
  lastUpdatedDate,
  createdDate,
}: ApiKey): ApiKeyConfig | undefined {
  if (!value) return undefined;
  const changed = lastUpdatedDate ?? createdDate;
  return {
    id,
    name,
    enabled: enabled === true,
    lastSix: value.slice(-6),
    length: value.length,
    changedMs: changed?.getTime() ?? null,
  };
}
