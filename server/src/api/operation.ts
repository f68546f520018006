import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Role } from './access/token.js';
import type { ApiError } from './errors/api-error.js';
import type { ErrorCode } from './errors/catalogue.js';

/** `open`: anybody, and nothing is told but a status. Otherwise the role that a token needs; `admin` has all. */
export type Access = 'open' | Role;

export const tags = {
  Answers: 'Refused requests: how many, which and why.',
  Explain: 'One text in, the reason out; nothing is stored.',
  Ingest: 'Logs in.',
  Service: 'State and description of the service itself.',
} as const;

/** Who asks. */
export interface Caller {
  readonly tokenId: string | null;
  /** `admin` for everybody while no tokens are configured; null for callers without a known token. */
  readonly role: Role | null;
  /** Firehose streams that the token is bound to: it opens nothing else. */
  readonly sourceArns: readonly string[] | null;
}

export interface Call<Params, Query, Headers> {
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  readonly caller: Caller;
  readonly req: Request;
  readonly res: Response;
}

/** A request that works, for the documentation and for the test that runs it. */
export interface Example {
  /** camelCase, unique in its operation. */
  readonly name: string;
  readonly summary: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly contentType: string; readonly text: string };
}

interface OperationHead {
  /** `operationId` of OpenAPI: a verb and a noun. */
  readonly id: string;
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/api/v1/causes/{cause}`. */
  readonly path: string;
  readonly access: Access;
  /** For senders that cannot set `Authorization`: the header in which their token may come instead. */
  readonly keyHeader?: string;
  /** For senders that understand one form of answer only. */
  readonly sendError?: (req: Request, res: Response, error: ApiError) => void;
  /** Something is stored. */
  readonly writes?: true;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description: string;
  readonly body?: {
    readonly description: string;
    /** By media type; text and bytes are strings here. */
    readonly content: Readonly<Record<string, z.ZodType>>;
  };
  readonly answer: {
    readonly status?: number;
    readonly description: string;
    readonly contentType?: string;
    readonly schema: z.ZodType;
  };
  /** Other statuses that carry the same kind of answer. */
  readonly otherAnswers?: Readonly<Record<number, string>>;
  /** Besides those of every operation. */
  readonly errors: readonly ErrorCode[];
  readonly examples: readonly Example[];
}

/**
 * One row of the route table. Express routes, access, validation, OpenAPI and the documentation page are made of it.
 * To add one: in its noun's file in routes/, a line in operations.ts if the file is new, a changelog line.
 */
export interface Operation extends OperationHead {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly headers: z.ZodObject;
  /** The answer, or `undefined` if it was written to `res` already. */
  run(call: Call<unknown, unknown, unknown>): Promise<unknown>;
}

type DeepReadonly<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [Key in keyof T]: DeepReadonly<T[Key]> };

/** Nothing: what an operation without parameters of a kind takes. */
const none = z.strictObject({});
type None = typeof none;

interface OperationSpec<P extends z.ZodObject, Q extends z.ZodObject, H extends z.ZodObject, A extends z.ZodType>
  extends OperationHead {
  readonly params?: P;
  readonly query?: Q;
  readonly headers?: H;
  readonly answer: OperationHead['answer'] & { readonly schema: A };
  readonly run: (
    call: Call<z.output<P>, z.output<Q>, z.output<H>>,
  ) => Promise<DeepReadonly<z.output<A>> | undefined> | DeepReadonly<z.output<A>>;
}

/** Ties the handler's types to the schemas. */
export function defineOperation<
  A extends z.ZodType,
  P extends z.ZodObject = None,
  Q extends z.ZodObject = None,
  H extends z.ZodObject = None,
>(spec: OperationSpec<P, Q, H, A>): Operation {
  const { params, query, headers, run, ...head } = spec;
  return {
    ...head,
    params: params ?? none,
    query: query ?? none,
    headers: headers ?? none,
    // The schemas of this very operation have checked the call (serve-operation.ts).
    run: async (call) => run(call as Call<z.output<P>, z.output<Q>, z.output<H>>),
  };
}
