import type { AuthorizerPolicy } from '../model/index.js';
import { ownMember } from '../text/json-members.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../text/lenient-json.js';
import { bodyObject } from './line-text.js';

/** API Gateway cuts the line at 1024 bytes; whoever matches resources against a path does it for each. */
const maxStatements = 32;
const maxResources = 16;

// arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/*   arn:aws:*:*:*:*   *
const executeApiResource = /^(?:\*|arn:[a-z*-]{1,20}:(?:(?:execute-api|\*):[^\s"'\\]{0,1600}|\*))$/;

// People write <account id> where the account was.
const isExecuteApiResource = (resource: string): boolean =>
  resource.length <= 2048 && executeApiResource.test(resource.replace(/<[^<>]{1,40}>/g, 'x'));

/** Authorizers spell the policy's keys as their library does; IAM's own spelling comes first. */
function ownValue(object: JsonObject, name: string): JsonValue | undefined {
  const exact = ownMember(object, name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const key of Object.keys(object).slice(0, 64)) if (key.toLowerCase() === wanted) return object[key];
  return undefined;
}

const asList = (value: JsonValue | undefined): readonly JsonValue[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

const appliesToInvoke = (action: JsonValue | undefined): boolean =>
  action === undefined ||
  asList(action).some(
    (a) => typeof a === 'string' && /^(?:\*|\*:\*|\*:inv[a-z*?]*|execute-api:(?:\*|inv[a-z*?]*))$/i.test(a),
  );

// arn:aws:lambda:eu-west-1:111122223333:function:f
const otherServiceArn = /^arn:[a-z-]{1,20}:(?!execute-api:)[a-z0-9-]{2,40}:/;

const isOtherService = (action: JsonValue | undefined): boolean =>
  asList(action).length > 0 &&
  asList(action).every((a) => typeof a === 'string' && /^(?!execute-api:)[a-z0-9-]{2,40}:/i.test(a));

/** Whether such a statement holds for a call cannot be said from a list of resources. */
function isConditional(statement: JsonObject): boolean {
  const condition = ownValue(statement, 'Condition');
  const conditions = isJsonObject(condition) ? Object.keys(condition).length > 0 : condition != null;
  return (
    conditions || ownValue(statement, 'NotResource') !== undefined || ownValue(statement, 'NotAction') !== undefined
  );
}

/**
 * The policy that a Lambda authorizer returned, reduced to effects and execute-api resources; null when the body holds
 * no policy (`null`, an error). The principal and the context are never looked at.
 *
 * `{"principalId":"u","policyDocument":{"Statement":[{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"*"}]}}`
 * → `{ statements: [{ effect: 'Deny', resources: ['*'] }] }`
 */
export function parseAuthorizerPolicy(body: string): AuthorizerPolicy | null {
  const result = bodyObject(body);
  if (!result) return null;
  const document = ownValue(result.value, 'policyDocument');
  if (!isJsonObject(document)) return null;

  const statements: AuthorizerPolicy['statements'][number][] = [];
  let leftOut = false;
  const listed = asList(ownValue(document, 'Statement'));
  for (const statement of listed.slice(0, maxStatements)) {
    if (!isJsonObject(statement)) {
      leftOut = true;
      continue;
    }
    if (isConditional(statement)) {
      leftOut = true;
      continue;
    }
    const effect = ownValue(statement, 'Effect');
    const action = ownValue(statement, 'Action');
    if ((effect !== 'Allow' && effect !== 'Deny') || !appliesToInvoke(action)) {
      // A statement about another service is understood and without effect; any other may have one.
      leftOut ||= !isOtherService(action);
      continue;
    }
    const given = asList(ownValue(statement, 'Resource')).slice(0, maxResources);
    const resources = given.filter((r): r is string => typeof r === 'string' && isExecuteApiResource(r));
    leftOut ||= given.some((r) => typeof r !== 'string' || (!isExecuteApiResource(r) && !otherServiceArn.test(r)));
    statements.push({ effect, resources });
  }

  // Whatever the cut took, it took from the end: a policy that another member follows is whole.
  const policyIsLast = Object.keys(result.value).at(-1)?.toLowerCase() === 'policydocument';
  const overTheCap =
    listed.length > maxStatements ||
    listed.some((s) => isJsonObject(s) && asList(ownValue(s, 'Resource')).length > maxResources);
  const incomplete = leftOut || overTheCap || (!result.complete && policyIsLast);
  return incomplete ? { statements, incomplete: true } : { statements };
}

/** The policy as text to show, bounded. */
export function shownPolicy(policy: AuthorizerPolicy | null): string {
  if (!policy) return '…';
  const parts = policy.statements
    .slice(0, 4)
    .map(({ effect, resources }) => `${effect} ${resources.slice(0, 4).join(', ').slice(0, 512) || '…'}`);
  return `${parts.join('; ')}${policy.incomplete || policy.statements.length > 4 ? '; …' : ''}` || '…';
}
