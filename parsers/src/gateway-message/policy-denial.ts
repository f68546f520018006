import type { PolicyDenial, PolicyKind } from '../model/index.js';
import { isWithinOneEdit } from './one-edit.js';

/** A denial and its words, composed of recognised parts only. */
export interface DenialSentence {
  readonly kind: 'user_not_authorized' | 'authorizer_not_authorized' | 'policy_tail';
  readonly text: string;
  readonly denial: PolicyDenial;
}

/** To add a kind of policy: its words here, its member in `PolicyKind`, what follows from it in classify/rules/iam-denied.ts. */
const policyWords: readonly (readonly [words: string, kind: PolicyKind])[] = [
  ['identity-based polic', 'identity'],
  ['resource-based polic', 'resource'],
  ['vpc endpoint polic', 'vpc_endpoint'],
  ['vpce polic', 'vpc_endpoint'],
  ['service control polic', 'service_control'],
  ['resource control polic', 'resource_control'],
  ['permissions boundar', 'permissions_boundary'],
  ['permission boundar', 'permissions_boundary'],
  ['session polic', 'session'],
  ['sessions polic', 'session'],
];

const policyAlternatives =
  '(?:identity-based|resource-based|vpc endpoint|vpce|service control|resource control|sessions?) polic(?:y|ies)|permissions? boundar(?:y|ies)';
const action = '[a-z0-9-]{1,40}:[a-z*]{1,64}';

// … with an explicit deny in a VPC endpoint policy transitively through a service control policy   … with explicit deny
const explicitDeny = new RegExp(
  `(?:with (?:an )?|an )explicit deny(?: in (?:an?|the) (${policyAlternatives})(?: transitively through (?:an?|the) (${policyAlternatives}))?)?`,
  'i',
);
// explicit deny in a resource-based policy
const bareExplicitDeny = new RegExp(`explicit deny in (?:an?|the) (${policyAlternatives})`, 'i');
// … because no identity-based policy allows the execute-api:Invoke action
const noAllow = new RegExp(`(?:because )?no (${policyAlternatives}) allows (?:the )?(${action})(?: action)?`, 'i');
// … in an identity-based policy: arn:aws:iam::111122223333:policy/DenyInvoke
const policyArnAfter = /^\s*: ?(arn:aws[\w-]{0,20}:[\w-]{1,30}:[\w-]{0,30}:[\w*]{0,20}:[\w+=,.@/:-]{1,300})/i;

// User: arn:aws:sts::111122223333:assumed-role/app/session is not authorized to perform: execute-api:Invoke on resource: arn:…
// You are not authorized to perform: dynamodb:PutItem on resource: arn:…   not authorized to perform: s3:GetObject
// The colon or an action tells AWS's sentence from `The client is not authorized to perform this operation`.
const performs = new RegExp(`(?:\\b(?:is|are|was|am) )?\\bnot authori[sz]ed to perform(?:: ?| (?=${action}))`, 'i');
// User is not authorized to access this resource with an explicit deny
const accesses = /user is not authori[sz]ed to access this resource/i;

const principalArn = /^arn:aws[\w-]{0,20}:(?:iam|sts)::[\w+=,.@/:*<>…-]{0,600}$/i;
const actionWord = new RegExp(`^(${action})(?![a-z:])`, 'i');
const resourceArn = /^arn:aws[\w-]{0,20}:[a-z0-9-]{1,40}:[^\s"'`?\\]{1,1700}/i;

function policyKindOf(words: string | undefined): PolicyKind | null {
  if (words === undefined) return null;
  const lower = words.toLowerCase();
  for (const [start, kind] of policyWords) if (lower.startsWith(start)) return kind;
  return null;
}

interface Why {
  readonly effect: PolicyDenial['effect'];
  readonly policy: PolicyKind | null;
  readonly action: string | null;
  readonly policyArn: string | null;
  readonly text: string;
  /** Says enough to be AWS's sentence even without its head. */
  readonly decisive: boolean;
}

/** Reads the reason at the end of a denial; null when none of the known forms stands there. */
function readWhy(text: string): Why | null {
  const no = noAllow.exec(text);
  const deny = explicitDeny.exec(text) ?? bareExplicitDeny.exec(text);
  const found = no && (!deny || no.index < deny.index) ? no : deny;
  if (!found) return null;
  const after = text.slice(found.index + found[0].length, found.index + found[0].length + 420);
  const arn = policyArnAfter.exec(after)?.[1]?.replace(/[.,]+$/, '') ?? null;
  const words = arn === null ? found[0] : `${found[0]}: ${arn}`;
  return found === no
    ? {
        effect: 'no_allow',
        policy: policyKindOf(found[1]),
        action: found[2] ?? null,
        policyArn: arn,
        text: words,
        decisive: true,
      }
    : {
        effect: 'explicit_deny',
        // what stands last is where the deny really is
        policy: policyKindOf(found[2]) ?? policyKindOf(found[1]),
        action: null,
        policyArn: arn,
        text: words,
        decisive: found[1] !== undefined || /^with/i.test(found[0]),
      };
}

/** `anonymous`, an ARN as written (masked or cut), or `…` for a caller that the text names without showing. */
function readPrincipal(words: string): string {
  const name = words.trim().replace(/^["'`]|["'`]$/g, '');
  if (isWithinOneEdit(name.toLowerCase(), 'anonymous')) return 'anonymous';
  return principalArn.test(name) ? name : '…';
}

function userDenial(text: string, verb: RegExpExecArray): DenialSentence {
  const before = text.slice(Math.max(0, verb.index - 700), verb.index);
  const user = /.*\buser ?: ?/i.exec(before); // the last one
  const named = user ? before.slice(user[0].length).trim() : '';
  const principal = named === '' ? null : readPrincipal(named);

  const rest = text.slice(verb.index + verb[0].length);
  const perform = actionWord.exec(rest)?.[1] ?? null;
  const marker = /\bon (?:the )?resource:? ?/i.exec(rest.slice(0, 200));
  const afterMarker = marker ? rest.slice(marker.index + marker[0].length) : rest;
  const arn = marker ? resourceArn.exec(afterMarker)?.[0] : undefined;
  const resource = arn === undefined ? null : arn.replace(/[.,;)}\]]+$/, '');
  const why = readWhy(arn === undefined ? afterMarker : afterMarker.slice(arn.length));

  const head = `${user ? `User: ${principal ?? '…'} is ` : ''}not authorized to perform: ${perform ?? '…'}`;
  const target = marker ? ` on resource: ${resource ?? '…'}` : '';
  return {
    kind: 'user_not_authorized',
    text: `${head}${target}${why ? ` ${why.text}` : ''}`,
    denial: {
      effect: why?.effect ?? 'unstated',
      policy: why?.policy ?? null,
      policyArn: why?.policyArn ?? null,
      principal,
      action: perform ?? why?.action ?? null,
      resource,
    },
  };
}

/**
 * Reads an access denial in every wording that AWS has used: with and without the reason at its end, in the Lambda
 * authorizer's short form, or only the reason. Null when the text is no denial. The text must be normalised.
 *
 * Source: IAM user guide, "Troubleshoot access denied error messages"; API Gateway adds `User: anonymous …`.
 */
export function parsePolicyDenial(text: string): DenialSentence | null {
  const verb = performs.exec(text);
  if (verb) return userDenial(text, verb);

  const short = accesses.exec(text);
  const why = readWhy(short ? text.slice(short.index + short[0].length) : text);
  if (!short && !why?.decisive) return null;
  const denial: PolicyDenial = {
    effect: why?.effect ?? 'unstated',
    policy: why?.policy ?? null,
    policyArn: why?.policyArn ?? null,
    principal: null,
    action: why?.action ?? null,
    resource: null,
  };
  if (!short) return { kind: 'policy_tail', text: why?.text ?? '', denial };
  return {
    kind: 'authorizer_not_authorized',
    text: `User is not authorized to access this resource${why ? ` ${why.text}` : ''}`,
    denial,
  };
}
