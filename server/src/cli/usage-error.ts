/** Wrong usage: one clear sentence and a hint what to do. Exit code 2. Both may quote arguments: print them by `visible`. */
export class UsageError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}
