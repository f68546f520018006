import type { PolicyDenial, PolicyKind } from '../../model/gateway-message.js';
import type { Evidence } from '../../model/verdict.js';
import { behind, confidenceOf, maybeEdge, refused, statusEvidence } from '../finding.js';
import { httpRouteGuard } from '../http-route-guard.js';
import { policyGates } from '../policy-gates.js';
import type { Rule } from '../rule.js';

const detailOfPolicy: Readonly<Partial<Record<PolicyKind, string>>> = {
  service_control: 'scp',
  resource_control: 'rcp',
  permissions_boundary: 'boundary',
  session: 'session_policy',
};

const nameOfPolicy: Readonly<Partial<Record<PolicyKind, string>>> = {
  identity: 'the caller’s IAM policy',
  service_control: 'a service control policy of the organisation',
  resource_control: 'a resource control policy of the organisation',
  permissions_boundary: 'the caller’s permissions boundary',
  session: 'the caller’s session policy',
};

/** `User: arn:… is not authorized to perform: execute-api:Invoke on resource: …` */
export const userNotAuthorized: Rule = {
  id: 'iam-user-not-authorized',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED' || s.message?.kind !== 'user_not_authorized') return undefined;
    const denial = s.message.denial;
    if (!denial) return undefined;
    const manage = denial.action === 'execute-api:ManageConnections';
    const cross = crossAccount(denial);
    const byEffect =
      denial.effect === 'explicit_deny' ? 'explicit_deny' : denial.effect === 'no_allow' ? 'not_covered' : null;
    const detail = manage
      ? 'manage_connections'
      : ((denial.policy && detailOfPolicy[denial.policy]) ??
        (cross && denial.policy !== 'identity' ? 'cross_account' : byEffect));
    const named = denial.policy ? nameOfPolicy[denial.policy] : undefined;
    const verb = denial.effect === 'explicit_deny' ? 'denies' : 'does not allow';
    return refused({
      cause: 'iam_denied',
      detail,
      confidence: named || manage ? confidenceOf(s.refusal.strength) : 'likely',
      culprit: {
        kind: denial.policyArn ? 'policy' : 'principal',
        id: denial.policyArn ?? denial.principal,
        name: null,
      },
      reason: manage
        ? 'The caller’s role may not manage WebSocket connections of this API (execute-api:ManageConnections).'
        : named
          ? `The signature was good; ${named} ${verb} ${denial.action ?? 'execute-api:Invoke'} on this method.`
          : denial.effect === 'explicit_deny'
            ? 'The signature was good; a policy, which the message does not name, denies this caller explicitly.'
            : `The signature was good, but no policy lets this caller invoke the method${
                cross
                  ? '; caller and API are in different accounts, so both the caller’s policy and the API’s resource policy must allow it'
                  : ''
              }.`,
      evidence: s.refusal.evidence,
      alternatives: ['resource_policy_denied', ...maybeEdge(s), 'vpc_endpoint_denied'],
    });
  },
};

/** Accounts in the texts may be masked to their last four digits. */
function crossAccount(denial: PolicyDenial): boolean {
  const caller = accountOf(denial.principal);
  const api = accountOf(denial.resource);
  return caller !== null && api !== null && caller !== api;
}

const accountOf = (arn: string | null): string | null => {
  const account = arn?.split(':')[4];
  return account && /^[\d*]{8,12}$/.test(account) && /\d{4}$/.test(account) ? account.slice(-4) : null;
};

/** A signed caller is logged and a policy refused. */
export const signedCallerDenied: Rule = {
  id: 'iam-signed-caller-denied',
  match(s) {
    const denied = s.refusal?.type === 'ACCESS_DENIED' && (!s.message || s.message.kind === 'client_not_authorized');
    // HTTP APIs say only "Forbidden".
    const plain =
      s.record.apiKind !== 'rest' &&
      s.status === 403 &&
      s.integration.answered !== true &&
      (!s.refusal || s.refusal.type === 'FORBIDDEN');
    if (!denied && !plain) return undefined;
    const arn = s.value('identity.userArn') ?? s.value('identity.caller') ?? null;
    const iamRoute = s.deployedRoute?.authorizationType === 'AWS_IAM';
    if (!arn && !(iamRoute && denied)) return undefined;
    const evidence: Evidence[] = [...(s.refusal?.evidence ?? []), ...statusEvidence(s)];
    if (arn)
      evidence.push({
        from: 'access',
        field: s.value('identity.userArn') ? 'identity.userArn' : 'identity.caller',
        value: arn,
      });
    if (iamRoute) evidence.push({ from: 'config', field: 'authorizationType', value: 'AWS_IAM' });
    const guarded = arn !== null && iamRoute && httpRouteGuard(s) !== null;
    return refused({
      cause: 'iam_denied',
      confidence: guarded ? 'certain' : denied || s.integration.answered === false ? 'likely' : 'possible',
      culprit: { kind: 'principal', id: arn, name: null },
      reason: 'The signature was good (the log names the caller), but no policy lets this caller invoke the method.',
      evidence,
      alternatives: [...(denied ? [] : behind(s)), ...policyGates(s).possible],
    });
  },
};
