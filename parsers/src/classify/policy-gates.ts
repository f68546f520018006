import type { Cause } from '../model/cause.js';
import type { Evidence } from '../model/verdict.js';
import { tellsDeployed } from './config-trust.js';
import type { Signals } from './signals.js';

export interface PolicyGates {
  /** Gates that can have said "not authorized", likeliest first. */
  readonly possible: readonly Cause[];
  /** What closed the others. */
  readonly evidence: readonly Evidence[];
}

/** Which policies can have refused at all, as far as the configuration and the kind of API tell. */
export function policyGates(s: Signals): PolicyGates {
  const { config, deployedRoute } = s;
  const evidence: Evidence[] = [];
  const closed = new Set<Cause>();
  if (s.record.apiKind === 'http') closed.add('resource_policy_denied').add('vpc_endpoint_denied');
  if (config?.resourcePolicy === false) {
    // A private API without a policy refuses everybody: the missing policy is the gate.
    if (config.endpointType === 'PRIVATE') {
      return { possible: ['resource_policy_denied'], evidence: [{ from: 'config', field: 'policy', value: 'none' }] };
    }
    closed.add('resource_policy_denied');
    evidence.push({ from: 'config', field: 'policy', value: 'none' });
  }
  const types = deployedRoute ? [deployedRoute.authorizationType] : config?.routes?.map((r) => r.authorizationType);
  if (types) {
    if (!types.includes('CUSTOM')) closed.add('authorizer_denied');
    if (!types.includes('AWS_IAM')) closed.add('iam_denied');
    evidence.push({ from: 'config', field: 'authorizationType', value: [...new Set(types)].join(', ') });
  } else if (config?.authorizers && !config.authorizers.some((a) => a.type === 'TOKEN' || a.type === 'REQUEST')) {
    closed.add('authorizer_denied');
    evidence.push({ from: 'config', field: 'authorizers', value: 'no Lambda authorizer' });
  }
  if (config?.endpointType && config.endpointType !== 'PRIVATE') closed.add('vpc_endpoint_denied');
  const all: readonly Cause[] = ['authorizer_denied', 'resource_policy_denied', 'iam_denied', 'vpc_endpoint_denied'];
  const open = all.filter((cause) => !closed.has(cause));
  // What may have been otherwise at the time closes nothing; it only comes last.
  const isSure = config === null || tellsDeployed(config, s.record);
  return { possible: isSure ? open : [...open, ...all.filter((cause) => closed.has(cause))], evidence };
}
