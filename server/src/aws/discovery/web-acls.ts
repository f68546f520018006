import { GetLoggingConfigurationCommand } from '@aws-sdk/client-wafv2';
import { logGroupOfArn } from '../../sources/cloudwatch/unit-names.js';
import type { ControlPlane } from './control-plane.js';
import type { Snapshot } from './snapshot.js';

/** Log groups of these web ACLs; null = it logs elsewhere or nowhere. */
export async function readWebAclGroups(
  plane: ControlPlane,
  arns: ReadonlySet<string>,
  previous: Snapshot | null,
): Promise<ReadonlyMap<string, string | null>> {
  const groups = new Map<string, string | null>();
  for (const arn of arns) {
    // WAF Classic has another API, and its logs never went to a log group.
    if (!/^arn:[^:]+:wafv2:/.test(arn)) continue;
    const answer = await plane.ask(
      arn,
      ({ waf }, options) => waf.send(new GetLoggingConfigurationCommand({ ResourceArn: arn }), options),
      'wafv2:GetLoggingConfiguration',
    );
    const found = answer?.LoggingConfiguration?.LogDestinationConfigs?.flatMap((to) => logGroupOfArn(to) ?? []);
    // What could not be asked now is most likely as it was: its log is read on.
    const before = previous?.stages.find(({ webAcl }) => webAcl?.arn === arn)?.webAcl?.logGroup ?? null;
    groups.set(arn, answer === undefined ? before : (found?.[0]?.name ?? null));
  }
  return groups;
}
