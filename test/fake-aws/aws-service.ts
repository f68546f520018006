import type { PageEffect } from './faults.js';
import type { PolicyDocument } from './iam-policy.js';
import type { FakeRegion, FakeWorld } from './world.js';

/** Who calls. */
export interface Principal {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  /** Null = allows everything. */
  readonly policy: PolicyDocument | null;
}

/** Where a call is made: its endpoint's region, its caller's account. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What a call is about. */
export interface Subject {
  /** In the words of the call log and of faults: a log group's name, a path, a role's ARN. */
  readonly key: string;
  /** What IAM is asked about. */
  readonly arn: string;
  /** Which page of a listing the call asks for, from 1 on. */
  readonly page: number;
}

export interface CallContext extends Place {
  readonly principal: Principal;
  readonly nowMs: number;
  readonly world: FakeWorld;
  readonly here: FakeRegion;
  /** A fault that concerns what a page holds. */
  readonly pageEffect: PageEffect | null;
}

/** Methods, so that an operation over its own input type fits into the table of its service. */
export interface Operation<Input extends object> {
  readonly iamAction: string;
  subject(input: Input, place: Place): Subject;
  /** The answer in the protocol's own names; throws `AwsFailure`. */
  answer(input: Input, call: CallContext): object;
}

/** What a protocol makes of an HTTP request. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface DecodedCall {
  /** `FilterLogEvents`. */
  readonly operation: string;
  readonly input: object;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Protocol {
  /** Null when the request names no operation that the service has. */
  decode(request: WireRequest): DecodedCall | null;
  encode(operation: string, output: object, requestId: string): WireResponse;
  encodeFailure(failure: { name: string; message: string; status: number }, requestId: string): WireResponse;
  /** How this protocol calls the failures that every service has. */
  readonly names: CommonFailures;
}

export interface CommonFailures {
  readonly throttled: { readonly name: string; readonly message: string; readonly status: number };
  readonly denied: { readonly name: string; readonly status: number };
  readonly expired: { readonly name: string; readonly status: number };
  readonly unknownKey: { readonly name: string; readonly status: number };
}

export interface AwsService {
  /** First half of an operation's full name: `logs`. */
  readonly name: string;
  claims(request: WireRequest, scopeService: string | null): boolean;
  readonly protocol: Protocol;
  readonly operations: Readonly<Record<string, Operation<object>>>;
}
