import type { AccessFacts, ExecutionLine, ResponseFacts, WafFacts } from '../model/index.js';
import type { ExecutionStrand } from './execution-strand.js';
import type { HeldFact } from './held-request.js';

/** The sources of one request side by side. */
export interface RequestSources {
  readonly extendedRequestId: string | null;
  readonly access: HeldFact<AccessFacts> | null;
  readonly strands: readonly ExecutionStrand[];
  readonly execution: readonly ExecutionLine[];
  readonly waf: HeldFact<WafFacts> | null;
  readonly response: HeldFact<ResponseFacts> | null;
}
