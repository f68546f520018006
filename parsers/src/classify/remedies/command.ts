/**
 * The only way into a suggested command. Log text is written by attackers and commands are pasted into shells, so:
 * 1. a log value becomes a `CommandValue` only if it fits its kind's pattern; otherwise the kind's placeholder stands there;
 * 2. `command` puts every value between single quotes, whatever it is.
 * Both types are branded: a plain string does not compile where a value or a command is wanted.
 */
declare const brand: unique symbol;
export type CommandValue = string & { readonly [brand]: 'value' };
export type Command = string & { readonly [brand]: 'command' };

interface ValueKind {
  readonly pattern: RegExp;
  /** What the reader puts in; stands in angle brackets in the command. */
  readonly placeholder: string;
}

// Patterns are anchored, bounded and without nested repetition. No argument may begin with `-`, which the AWS
// CLI would take for an option. Paths, user agents, header values and messages have no kind on purpose: they never enter a command.
// To add a kind: a line here and hostile values in the test.
const valueKinds = {
  /** e.g. `a1b2c3d4e5` */
  apiId: { pattern: /^[a-z0-9]{6,20}$/, placeholder: 'api-id' },
  /** e.g. `prod`, `$default` */
  stage: { pattern: /^[A-Za-z0-9_$][A-Za-z0-9_$-]{0,127}$/, placeholder: 'stage' },
  /** e.g. `eu-west-1`, `us-gov-east-1` */
  region: { pattern: /^[a-z]{2,5}(?:-[a-z]{2,12}){1,2}-\d{1,2}$/, placeholder: 'region' },
  account: { pattern: /^\d{12}$/, placeholder: 'account-id' },
  /** e.g. `GET` */
  method: { pattern: /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/, placeholder: 'METHOD' },
  deploymentId: { pattern: /^[a-z0-9]{6,20}$/, placeholder: 'deployment-id' },
  resourceId: { pattern: /^[a-z0-9]{6,20}$/, placeholder: 'resource-id' },
  authorizerId: { pattern: /^[a-z0-9]{6,20}$/, placeholder: 'authorizer-id' },
  usagePlanId: { pattern: /^[a-z0-9]{6,20}$/, placeholder: 'usage-plan-id' },
  /** e.g. `k3y0id1234` */
  apiKeyId: { pattern: /^[a-z0-9]{10}$/, placeholder: 'api-key-id' },
  /** The last six characters that AWS's masking leaves of a key, e.g. `x7Qw2E`. */
  apiKeyEnding: { pattern: /^[A-Za-z0-9]{6}$/, placeholder: 'last-six-characters' },
  /** A REST request id, e.g. `9cef3834-f42c-46d7-83fe-a6401a431398` */
  requestId: {
    pattern: /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/,
    placeholder: 'request-id',
  },
  /** e.g. `Vts2FFmArPEFh8g=`; may begin with `-`, so it stands inside a filter pattern only, never as an argument. */
  extendedRequestId: { pattern: /^[A-Za-z0-9_-]{8,64}={0,2}$/, placeholder: 'extended-request-id' },
  /** e.g. `1-645566cf-7cb058b04d9bb3ee01dc4036` */
  traceId: { pattern: /^1-[0-9a-f]{8}-[0-9a-f]{24}$/, placeholder: 'trace-id' },
  /** e.g. `arn:aws:iam::111122223333:role/reader` */
  principalArn: {
    pattern: /^arn:aws(?:-[a-z-]{2,12})?:(?:iam|sts)::\d{12}:[A-Za-z0-9+=,.@_/-]{1,512}$/,
    placeholder: 'arn-of-the-role-or-user',
  },
  /** e.g. `reader` */
  roleName: { pattern: /^[A-Za-z0-9+=,.@_][A-Za-z0-9+=,.@_-]{0,63}$/, placeholder: 'role-name' },
  /** e.g. `arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front/7f0e…` */
  webAclArn: {
    pattern:
      /^arn:aws(?:-[a-z-]{2,12})?:wafv2:[a-z0-9-]{1,24}:\d{12}:(?:regional|global)\/webacl\/[A-Za-z0-9_-]{1,128}\/[A-Za-z0-9-]{1,64}$/,
    placeholder: 'web-acl-arn',
  },
  webAclName: { pattern: /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/, placeholder: 'web-acl-name' },
  webAclId: { pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, placeholder: 'web-acl-id' },
  /** Name of a rule or rule group, which is mostly the name of its metric too. */
  wafRule: { pattern: /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/, placeholder: 'rule-metric-name' },
  /** e.g. `vpce-0a1b2c3d4e5f60718` */
  vpceId: { pattern: /^vpce-[0-9a-f]{8,17}$/, placeholder: 'vpc-endpoint-id' },
  functionName: { pattern: /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/, placeholder: 'function-name' },
  /** Milliseconds since the epoch, whole. */
  timeMs: { pattern: /^\d{1,15}$/, placeholder: 'time-in-ms' },
  /** Seconds since the epoch, whole. */
  timeSeconds: { pattern: /^\d{1,12}$/, placeholder: 'time-in-seconds' },

  // Never in a log in a form that may be used, or better chosen by the reader: always the placeholder.
  path: { pattern: /^(?!)/, placeholder: 'path' },
  host: { pattern: /^(?!)/, placeholder: 'host' },
  endpointDnsName: { pattern: /^(?!)/, placeholder: 'dns-name-of-the-endpoint' },
  domainName: { pattern: /^(?!)/, placeholder: 'custom-domain' },
  origin: { pattern: /^(?!)/, placeholder: 'your-origin' },
  secret: { pattern: /^(?!)/, placeholder: 'your-api-key' },
  token: { pattern: /^(?!)/, placeholder: 'your-token' },
  logGroup: { pattern: /^(?!)/, placeholder: 'log-group' },
  logGroupArn: { pattern: /^(?!)/, placeholder: 'log-group-arn' },
  file: { pattern: /^(?!)/, placeholder: 'client-certificate.pem' },
  keyFile: { pattern: /^(?!)/, placeholder: 'client-key.pem' },
  truststore: { pattern: /^(?!)/, placeholder: 'truststore.pem' },
  connectionId: { pattern: /^(?!)/, placeholder: 'connection-id' },
} as const satisfies Readonly<Record<string, ValueKind>>;

export type CommandValueKind = keyof typeof valueKinds;

/** The value if it fits its kind, else null. */
export function commandValue(kind: CommandValueKind, value: string | null | undefined): CommandValue | null {
  if (value === null || value === undefined) return null;
  return valueKinds[kind].pattern.test(value) ? (value as CommandValue) : null;
}

/** What the reader has to fill in, e.g. `<api-id>`; quoted like any value, so that the command stays valid shell. */
export const placeholder = (kind: CommandValueKind): CommandValue =>
  `<${valueKinds[kind].placeholder}>` as CommandValue;

export const valueOrPlaceholder = (kind: CommandValueKind, value: string | null | undefined): CommandValue =>
  commandValue(kind, value) ?? placeholder(kind);

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * POSIX single quoting: `it's` → `'it'\''s'`. A command is one line and a shell word holds no NUL, so control characters,
 * which no value kind lets through anyway, are dropped.
 */
export const shellWord = (value: string): string =>
  `'${value.replace(controlCharacters, '').replaceAll("'", String.raw`'\''`)}'`;

/** A value made of our words and values: compose`…/${apiId}/${stage}`; it is quoted as a whole where a command uses it. */
export function compose(words: TemplateStringsArray, ...values: readonly CommandValue[]): CommandValue {
  return interleave(words, values) as CommandValue;
}

/** A value as a JSON string with its double quotes, to be composed into a JSON argument. */
export const jsonString = (value: CommandValue): CommandValue => JSON.stringify(value) as CommandValue;

/** command`aws apigateway get-stage --rest-api-id ${apiId}` → `aws apigateway get-stage --rest-api-id 'a1b2c3d4e5'` */
export function command(words: TemplateStringsArray, ...values: readonly CommandValue[]): Command {
  return interleave(words, values.map(shellWord)) as Command;
}

/** `first` with the words of `second` behind it, e.g. an option that is there only when its value is known. */
export const extendCommand = (first: Command, second: Command): Command => `${first} ${second}` as Command;

function interleave(words: TemplateStringsArray, values: readonly string[]): string {
  let text = words[0] ?? '';
  for (let i = 0; i < values.length; i++) text += values[i] + (words[i + 1] ?? '');
  return text;
}
