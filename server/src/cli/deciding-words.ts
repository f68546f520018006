/**
 * Words in AWS's own sentences that decide, so that a reader's eye falls on them. First match wins: tails that say why
 * stand before the sentences that only say that. To add one: the pattern and, above it, the line it stands in. Patterns
 * see at most `maxLength` characters and hold no nested repetition.
 */
const patterns: readonly RegExp[] = [
  // … API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: No Usage Plan found for key and API Stage
  /No Usage Plan found for key and API Stage|API Stage is not in a Usage Plan|API Key was required but not present/,
  // User: anonymous is not authorized to perform: … with an explicit deny in a resource-based policy
  /with an explicit deny(?: in an? [a-z-]+(?: [a-z-]+){0,4} policy)?/,
  // … because no identity-based policy allows the execute-api:Invoke action
  /because no [a-z-]+(?: [a-z-]+){0,4} policy allows the [a-z-]+:[A-Za-z]+ action/,
  // Authorizer result body before parsing: {"policyDocument":{"Statement":[{"Effect":"Deny", …
  /"Effect"\s{0,4}:\s{0,4}"Deny"/,
  // Authorizer result body before parsing: Deny arn:aws:execute-api:… (as the engine shortens that line)
  /(?<=Authorizer result body before parsing: )Deny/,
  // Gateway response type: ACCESS_DENIED with status code: 403
  /Gateway response type: [A-Z0-9_]+/,
  // Method completed with status: 403 · Received response. Status: 403, Integration latency: 12 ms
  /[Ss]tatus: 403/,
  // User: arn:aws:iam::111122223333:user/ci is not authorized to perform: execute-api:Invoke on resource: …
  /is not authorized to perform: [a-z-]+:[A-Za-z]+/,
  // The client is not authorized to perform this operation. · User is not authorized to access this resource
  /is not authorized to (?:perform this operation|access this resource)/,
  /security token included in the request is (?:expired|invalid)/,
  /request signature we calculated does not match/,
  // Signature expired: 20240501T100000Z is now earlier than …
  /Signature (?:expired|not yet current)/,
  /Credential should be scoped to [a-z ]{0,60}/,
  /missing equal-sign|requires '(?:Credential|Signature|SignedHeaders)' parameter/,
  /No method found matching route/,
  /Missing Authentication Token/i,
];

const maxLength = 2048;
/** A value of this length or less decides as a whole: `INVALID_API_KEY`. */
const wholeUpTo = 60;

/** `[start, end)` of the deciding words in an evidence value; null when none stand out. */
export function decidingWords(value: string): readonly [number, number] | null {
  if (value.length === 0) return null;
  const seen = value.slice(0, maxLength);
  for (const pattern of patterns) {
    const match = pattern.exec(seen);
    if (match !== null) return [match.index, match.index + match[0].length];
  }
  return value.length <= wholeUpTo ? [0, value.length] : null;
}
