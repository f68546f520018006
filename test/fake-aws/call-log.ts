/** One call that reached the fake. */
export interface LoggedCall {
  /** `logs:FilterLogEvents`. */
  readonly operation: string;
  readonly iamAction: string;
  readonly account: string;
  readonly region: string;
  /** What it was about: a log group's name, a path, a role's ARN. */
  readonly key: string;
  readonly arn: string;
  readonly principalArn: string;
  readonly page: number;
  readonly atMs: number;
  readonly input: object;
  /** `ok`, the error's name, `cut before` or `cut half`; `open` while it is being answered. */
  readonly outcome: string;
}

export interface CallFilter {
  readonly operation?: string;
  readonly account?: string;
  readonly region?: string;
  readonly key?: string;
  readonly outcome?: string;
}

export interface CallLog {
  all(filter?: CallFilter): readonly LoggedCall[];
  count(filter?: CallFilter): number;
  /** The most calls in any span of so long (half open), refused ones too: what a quota would have seen. */
  busiest(windowMs: number, filter?: CallFilter): number;
  /** IAM actions that were used, each once, sorted. */
  iamActions(): readonly string[];
  clear(): void;
}

export interface WritableCallLog extends CallLog {
  add(call: Omit<LoggedCall, 'outcome'>): { outcome: string };
}

export function createCallLog(): WritableCallLog {
  let calls: LoggedCall[] = [];
  const fits = (call: LoggedCall, filter: CallFilter): boolean =>
    Object.entries(filter).every(([name, wanted]) => call[name as keyof CallFilter] === wanted);
  const all = (filter: CallFilter = {}): readonly LoggedCall[] => calls.filter((call) => fits(call, filter));

  return {
    add: (call) => {
      const logged = { ...call, outcome: 'open' };
      calls.push(logged);
      return logged;
    },
    all,
    count: (filter) => all(filter).length,
    busiest: (windowMs, filter) => {
      const times = all(filter)
        .map((call) => call.atMs)
        .sort((a, b) => a - b);
      let first = 0;
      let most = 0;
      times.forEach((atMs, index) => {
        while ((times[first] as number) <= atMs - windowMs) first++;
        most = Math.max(most, index - first + 1);
      });
      return most;
    },
    iamActions: () => [...new Set(calls.map((call) => call.iamAction))].sort(),
    clear: () => {
      calls = [];
    },
  };
}
