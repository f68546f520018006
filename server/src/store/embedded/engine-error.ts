/** A failure in ClickHouse's own terms: what the embedded database answers instead of a result. */
export class EngineError extends Error {
  readonly code: number;
  /** ClickHouse's name of the code, such as `UNKNOWN_TABLE`. */
  readonly type: string;

  constructor(code: number, type: string, message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.type = type;
  }

  /** The form in which ClickHouse's HTTP interface writes it, and clients expect it. */
  toText(): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.type})\n`;
  }
}

// Code: 60. DB::Exception: Unknown table expression identifier 'nope' in scope SELECT * FROM nope. (UNKNOWN_TABLE)
const codePattern = /^\s*Code: (\d{1,6})\. DB::Exception: /;
const typePattern = /\(([A-Z][A-Z0-9_]{2,80})\)\s*$/;

/** Reads what the native binding throws: an error whose message is ClickHouse's text. */
export function readEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = codePattern.exec(text);
  const tail = typePattern.exec(text.slice(-100));
  if (code?.[1] === undefined) return new EngineError(1002, 'UNKNOWN_EXCEPTION', oneLine(text));
  const end = tail === null ? text.length : text.length - text.slice(-100).length + tail.index;
  return new EngineError(
    Number(code[1]),
    tail?.[1] ?? 'UNKNOWN_EXCEPTION',
    oneLine(text.slice(code[0].length, end)).trimEnd(),
  );
}

const oneLine = (text: string) => text.slice(0, 4000).replaceAll('\n', ' ');
