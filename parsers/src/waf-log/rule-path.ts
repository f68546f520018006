import type { JsonObject } from '../text/lenient-json.js';
import { objectAt, objectsAt, textAt } from './record-reader.js';

/** The rule inside rule groups that decided. */
export interface RulePath {
  /** Outermost group first, the rule last; empty when no group decided or the record does not show it. */
  readonly path: readonly string[];
  /** The action that the group's author gave the rule, when the web ACL overrides it. */
  readonly overriddenAction: string | null;
}

interface Group {
  readonly id: string;
  /** What a reference to this group can be, comparable. */
  readonly aliases: readonly string[];
  readonly ruleId: string;
  /** The rule's name, comparable: it may be the name of another group. */
  readonly refersTo: string;
  readonly action: string | null;
  readonly overriddenAction: string | null;
}

/** More than a web ACL can hold; bounds the comparison of each with each. */
const maxGroups = 128;
const maxDepth = 8;

// Block-BadBots   AWS#AWSManagedRulesSQLiRuleSet   arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/shop/1b2c…
export const wafName = /^[\w#:./=+@ -]{1,300}$/;
const actionWord = /^[A-Z_]{1,40}$/;

/**
 * The name by which a web ACL's rule and a group's id can be compared.
 * `AWS-AWSManagedRulesSQLiRuleSet`, `AWS#AWSManagedRulesSQLiRuleSet` → `aws-awsmanagedrulessqliruleset`;
 * `arn:aws:wafv2:…:regional/rulegroup/shop/1b2c…` → `shop`
 */
function comparable(id: string): string {
  const name = /:(?:regional|global)\/rulegroup\/([^/]{1,128})/.exec(id)?.[1] ?? id;
  return name.toLowerCase().replace(/[^a-z0-9]/g, '-');
}

/**
 * A managed group may be referenced with or without its vendor and its version.
 * `AWS#AWSManagedRulesBotControlRuleSet#Version_3.0` → also `aws-awsmanagedrulesbotcontrolruleset`, `awsmanagedrules…`
 */
function aliasesOf(groupId: string): readonly string[] {
  const name = comparable(groupId);
  const version = name.lastIndexOf('-version-');
  const names = version === -1 ? [name] : [name, name.slice(0, version)];
  return names.flatMap((n) => (n.startsWith('aws-') ? [n, n.slice(4)] : [n]));
}

// PREFMManaged-AWS-AWSManagedRulesCommonRuleSet1690000000000   POSTFMManaged-…   PREProcess-…
const firewallManager = /(?:^|[/-])(?:PRE|POST)FMManaged/i;

/** Entries with a terminating rule. Those of groups that only count are no culprits: the web ACL went on after them. */
function decidingGroups(record: JsonObject): readonly Group[] {
  const counted = new Set<string>();
  for (const rule of objectsAt(record, 'nonTerminatingMatchingRules', maxGroups)) {
    const ruleId = textAt(rule, 'ruleId', wafName);
    if (ruleId !== null) counted.add(comparable(ruleId));
  }
  const groups: Group[] = [];
  for (const entry of objectsAt(record, 'ruleGroupList', maxGroups)) {
    const rule = objectAt(entry, 'terminatingRule');
    const id = textAt(entry, 'ruleGroupId', wafName);
    const ruleId = rule && textAt(rule, 'ruleId', wafName);
    if (!rule || id === null || ruleId === null) continue;
    const group: Group = {
      id,
      aliases: aliasesOf(id),
      ruleId,
      refersTo: comparable(ruleId),
      action: textAt(rule, 'action', actionWord),
      overriddenAction: textAt(rule, 'overriddenAction', actionWord) ?? textAt(entry, 'overriddenAction', actionWord),
    };
    if (group.aliases.some((alias) => counted.has(alias))) continue;
    groups.push(group);
  }
  return groups;
}

/**
 * Names the rule that ended the evaluation when it stands in a rule group, also in a group inside a group and in the
 * groups that Firewall Manager wraps around a web ACL. Groups are matched by name first, then by position: web ACLs
 * evaluate in order and stop, so the last entry with a terminating rule is the one that ended it.
 */
export function readRulePath(record: JsonObject, action: string): RulePath {
  const terminating = textAt(record, 'terminatingRuleId', wafName);
  const type = textAt(record, 'terminatingRuleType', actionWord);
  const top = textAt(record, 'overriddenAction', actionWord);
  const none: RulePath = { path: [], overriddenAction: top };
  if (terminating === 'Default_Action' || type === 'REGULAR' || type === 'RATE_BASED') return none;

  const candidates = decidingGroups(record).filter((g) => g.action === action || g.action === null);
  if (candidates.length === 0) return none;

  const referenced = (group: Group): boolean =>
    candidates.some((g) => g !== group && group.aliases.includes(g.refersTo));
  const wanted = terminating === null ? '' : comparable(terminating);
  let current: Group | undefined =
    candidates.find((g) => g.aliases.includes(wanted)) ??
    candidates.findLast((g) => !referenced(g) && firewallManager.test(g.id)) ??
    candidates.findLast((g) => !referenced(g)) ??
    candidates.at(-1);

  const path: string[] = [];
  const visited = new Set<Group>();
  let last: Group | undefined;
  while (current && !visited.has(current) && path.length < maxDepth) {
    visited.add(current);
    path.push(current.id);
    last = current;
    const { refersTo, id }: Group = current;
    const next: Group | undefined = candidates.find((g) => !visited.has(g) && g.aliases.includes(refersTo));
    // A wrapper whose rule bears a name of its own: the one other group that decided is what it holds.
    const others = candidates.filter((g) => !visited.has(g));
    current = next ?? (firewallManager.test(id) && others.length === 1 ? others[0] : undefined);
  }
  if (!last) return none;
  path.push(last.ruleId);
  return { path, overriddenAction: last.overriddenAction ?? top };
}
