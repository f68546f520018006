import { matchesGlob } from './glob.js';

type OneOrMore<T> = T | readonly T[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: OneOrMore<string>;
  readonly Resource: OneOrMore<string>;
}

/** An identity policy. Conditions, NotAction and NotResource are not understood and refused. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: OneOrMore<PolicyStatement>;
}

const known = new Set(['Sid', 'Effect', 'Action', 'Resource']);
const many = <T>(value: OneOrMore<T>): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** An explicit deny wins; what no statement allows is denied. Actions compare without regard to case, as IAM does. */
export function policyAllows(policy: PolicyDocument, action: string, arn: string): boolean {
  const covers = (statement: PolicyStatement): boolean => {
    const strange = Object.keys(statement).filter((key) => !known.has(key));
    if (strange.length > 0) throw new Error(`the fake's IAM does not know ${strange.join(', ')} in a statement`);
    return (
      many(statement.Action).some((pattern) => matchesGlob(pattern.toLowerCase(), action.toLowerCase())) &&
      many(statement.Resource).some((pattern) => matchesGlob(pattern, arn))
    );
  };
  const covering = many(policy.Statement).filter(covers);
  return covering.length > 0 && covering.every((statement) => statement.Effect === 'Allow');
}
