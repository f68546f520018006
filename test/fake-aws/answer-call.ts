import { AwsFailure } from './aws-failure.js';
import type { AwsService, Principal, WireRequest, WireResponse } from './aws-service.js';
import type { WritableCallLog } from './call-log.js';
import type { Clock } from './clock.js';
import { credentialMessages, identify, type Sessions, scopeOf } from './credentials.js';
import { type FaultChooser, isPageEffect } from './faults.js';
import { policyAllows } from './iam-policy.js';
import type { QuotaMeter } from './quotas.js';
import { type FakeWorld, regionOf } from './world.js';

export interface AnswerParts {
  readonly world: FakeWorld;
  readonly clock: Clock;
  readonly services: readonly AwsService[];
  readonly sessions: Sessions;
  readonly quotas: QuotaMeter;
  readonly faults: FaultChooser;
  readonly calls: WritableCallLog;
}

/** What goes back, and how much of it before the connection breaks. */
export interface Answer {
  readonly response: WireResponse;
  readonly cut: 'before' | 'half' | null;
}

/** An HTTP request in, an HTTP answer out: who, what, may it, fault, answer. Tests of a service need not know the order. */
export function createAnswerer(parts: AnswerParts): (request: WireRequest) => Promise<Answer> {
  const { world, clock, services, sessions, quotas, faults, calls } = parts;
  let requests = 0;

  const nextRequestId = (): string => `00000000-0000-4000-8000-${String(++requests).padStart(12, '0')}`;

  return async (request) => {
    const requestId = nextRequestId();
    const header = (name: string): string | undefined => request.headers[name]?.toString();
    const scope = scopeOf(header('authorization'));
    const service = services.find((candidate) => candidate.claims(request, scope?.service ?? null));
    if (!service || !scope) {
      return { cut: null, response: unsigned(requestId, service?.name ?? null) };
    }
    const { protocol } = service;
    const fail = (failure: AwsFailure): WireResponse => {
      const response = protocol.encodeFailure(failure, requestId);
      return { ...response, headers: { ...response.headers, ...failure.headers } };
    };

    const decoded = protocol.decode(request);
    const operation = decoded && service.operations[decoded.operation];
    if (!decoded || !operation) {
      const named = decoded?.operation ?? `${request.method} ${request.path}`;
      return {
        cut: null,
        response: fail(new AwsFailure('UnknownOperationException', `the fake has no ${named}`, 404)),
      };
    }

    const who = identify(world, sessions, scope.accessKeyId, header('x-amz-security-token'), clock.nowMs());
    const account = who.ok ? who.principal.account : who.account;
    const place = { account, region: scope.region };
    const name = `${service.name}:${decoded.operation}`;
    const subject = operation.subject(decoded.input, place);
    const logged = calls.add({
      operation: name,
      iamAction: operation.iamAction,
      ...place,
      ...subject,
      principalArn: who.ok ? who.principal.arn : scope.accessKeyId,
      atMs: clock.nowMs(),
      input: decoded.input,
    });
    const refused = (failure: AwsFailure): Answer => {
      logged.outcome = failure.name;
      return { cut: null, response: fail(failure) };
    };
    const throttled = (): Answer => {
      const { name, message, status } = protocol.names.throttled;
      return refused(new AwsFailure(name, message, status));
    };
    const credentials = (reason: 'expired' | 'unknownKey'): Answer => {
      const { name, status } = protocol.names[reason];
      return refused(new AwsFailure(name, credentialMessages[reason], status));
    };
    const denied = (principal: Principal): Answer => {
      const { name, status } = protocol.names.denied;
      const message = `User: ${principal.arn} is not authorized to perform: ${operation.iamAction} on resource: ${subject.arn}`;
      return refused(new AwsFailure(name, `${message} because no identity-based policy allows it`, status));
    };

    if (!who.ok) return credentials(who.reason);
    const { principal } = who;
    if (!quotas.admit(name, account, scope.region, clock.nowMs())) return throttled();
    // Everyone may ask who he is.
    const mayCall = operation.iamAction === 'sts:GetCallerIdentity' || principal.policy === null;
    if (!mayCall && !policyAllows(principal.policy, operation.iamAction, subject.arn)) return denied(principal);

    const effect = faults.choose({ operation: name, ...place, ...subject, atMs: clock.nowMs() });
    if (effect?.kind === 'throttled') return throttled();
    if (effect?.kind === 'denied') return denied(principal);
    if (effect?.kind === 'expired_credentials') return credentials('expired');
    if (effect?.kind === 'error') {
      return refused(new AwsFailure(effect.name, effect.message ?? `the fake was told to fail`, effect.status ?? 400));
    }
    if (effect?.kind === 'slow') await clock.wait(effect.ms);
    const cut = effect?.kind === 'cut' ? effect.when : null;

    try {
      const output = operation.answer(decoded.input, {
        ...place,
        principal,
        world,
        nowMs: clock.nowMs(),
        here: regionOf(world, account, scope.region),
        pageEffect: effect && isPageEffect(effect) ? effect : null,
      });
      logged.outcome = cut ? `cut ${cut}` : 'ok';
      return { cut, response: protocol.encode(decoded.operation, output, requestId) };
    } catch (error) {
      if (error instanceof AwsFailure) return refused(error);
      throw error;
    }
  };
}

function unsigned(requestId: string, service: string | null): WireResponse {
  const message = service ? 'Missing Authentication Token' : 'the fake knows no such service';
  return {
    status: 403,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': 'MissingAuthenticationTokenException',
    },
    body: JSON.stringify({ __type: 'MissingAuthenticationTokenException', message }),
  };
}
