/** What may be told of an error: messages of others may quote log text, statements or secrets. */
export interface ToldError {
  readonly name: string;
  readonly kind?: string;
  readonly code?: string;
  /** Of our own errors only: they never quote data. */
  readonly message?: string;
  /** Where it was thrown, for errors that are not ours. */
  readonly at?: readonly string[];
}

/** Classes whose messages are our own words. */
const ownNames: ReadonlySet<string> = new Set(['AwsError', 'StoreError', 'ServiceError', 'DataDirectoryError']);
const word = /^[A-Za-z0-9_.-]{1,64}$/;
const maxFrames = 12;

export function toldError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { kind, code } = error as { kind?: unknown; code?: unknown };
  const name = word.test(error.name) ? error.name : 'Error';
  const own = ownNames.has(error.name);
  return {
    name,
    ...(typeof kind === 'string' && word.test(kind) ? { kind } : {}),
    ...((typeof code === 'string' || typeof code === 'number') && word.test(String(code))
      ? { code: String(code) }
      : {}),
    ...(own ? { message: error.message.slice(0, 500) } : { at: frames(error) }),
  };
}

/** The stack without its first lines, which repeat the message. */
function frames({ stack, message }: Error): string[] {
  if (stack === undefined) return [];
  const start = stack.indexOf(message);
  if (start < 0) return [];
  const lines = stack.slice(start + message.length).split('\n', maxFrames + 1);
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
}
