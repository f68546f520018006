import type { ExecutionLine, RequestPlace } from '../model/index.js';

/** What one line says: the line as a fact, and what its words tell of who and where. */
export interface ReadLine {
  readonly line: ExecutionLine;
  /** Only from a line that names its own request. */
  readonly requestId?: string | null;
  readonly place?: Partial<RequestPlace>;
}

export interface LineInput {
  /** First physical line, bounded, without truncation mark and what copying leaves behind. */
  readonly first: string;
  /** The whole text of the event, continuation lines included. */
  readonly whole: string;
  /** Something stood in front that only a log has: weaker wordings count as lines then. */
  readonly wrapped: boolean;
}

/**
 * One kind of line. `lead` is the fixed text that the line begins with; several kinds may share a lead, the first whose
 * `read` answers wins.
 */
export interface LineKind {
  /** Number of the line as in model/facts.ts, L1 … L38, or a word for the lines around them. */
  readonly id: string;
  readonly lead: string;
  /** A real line's shape, with invented values. */
  readonly example: string;
  /** `seen`: verbatim in public logs; `documented`: AWS text; `loose`: inferred, matched loosely. */
  readonly grade: 'seen' | 'documented' | 'loose';
  /** True for wordings that prose has too: without a prefix they are no line. */
  readonly needsPrefix?: true;
  read(input: LineInput): ReadLine | null;
}
