import type { RequestPlace } from '../model/index.js';

// a1b2c3d4e5; blotted-out ids (**********, <api_id>) are none
const apiId = /^[A-Za-z0-9]{4,32}$/;
const stageName = /^(?:[A-Za-z0-9_-]{1,128}|\$default)$/;
// Test invoke writes these where a stage would be.
const noStage = /^(?:null|test-invoke-stage|ESTestInvoke-stage)$/;
const region = /^[a-z]{2}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/;
const account = /^\d{12}$/;

const fitting = (value: string | undefined, pattern: RegExp): string | null =>
  value !== undefined && pattern.test(value) ? value : null;

const stageOf = (value: string | undefined): string | null =>
  value !== undefined && stageName.test(value) && !noStage.test(value) ? value : null;

/** `API Stage: a1b2c3d4e5/prod` → api and stage, each null when it is blotted out. */
export const placeOfStage = (api: string | undefined, stage: string | undefined): Partial<RequestPlace> => ({
  apiId: fitting(api, apiId),
  stage: stageOf(stage),
});

/** `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders/7` */
export function placeOfMethodArn(arn: string): Partial<RequestPlace> {
  const [, , , regionName, owner, path = ''] = arn.split(':', 6);
  const [api, stage] = path.split('/', 2);
  return { account: fitting(owner, account), region: fitting(regionName, region), ...placeOfStage(api, stage) };
}

/** `API-Gateway-Execution-Logs_a1b2c3d4e5/prod`, with `/` for `_`, with `/Canary` behind it → api and stage. */
export function placeOfLogGroup(logGroup: string | null): Partial<RequestPlace> {
  if (logGroup === null) return {};
  const m = /API-Gateway-Execution-Logs[_/]([A-Za-z0-9]{1,64})\/([^\s/:]{1,128})/.exec(logGroup.slice(0, 512));
  return m ? placeOfStage(m[1], m[2]) : {};
}
