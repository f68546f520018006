/** An endpoint as a Firehose stream would be configured with it. */
export interface ProbeTarget {
  readonly url: string;
  /** The access key. */
  readonly token: string;
  /** The stream to pass for; a token that is bound to streams takes only those. */
  readonly sourceArn?: string | null;
}

export interface ProbeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** As long as Firehose would wait. */
  readonly timeoutMs: number;
}

export interface ProbeAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What one request has shown. `warning`: Firehose itself would stumble, though this request did not. */
export interface ProbeFinding {
  readonly level: 'ok' | 'warning' | 'problem';
  readonly sentence: string;
}
