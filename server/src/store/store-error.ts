/** `unavailable`: try again later; `timeout` and `too_large`: ask for less; `full`: the disk; `broken`: our defect or the data's. */
export type StoreErrorKind = 'unavailable' | 'timeout' | 'too_large' | 'busy' | 'full' | 'broken';

/** Every failure of the store. `message` says what was expected, what came, what to do; it never quotes stored data. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.kind = kind;
  }
}
