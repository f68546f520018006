/** An error of AWS: every protocol writes it in its own shape. */
export class AwsFailure extends Error {
  override readonly name: string;
  readonly status: number;
  /** Further members of the error's body or headers, such as `retryAfterSeconds`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(name: string, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.headers = headers;
  }
}

export const invalidParameter = (message: string): AwsFailure => new AwsFailure('InvalidParameterException', message);
