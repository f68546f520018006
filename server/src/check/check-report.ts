import type { EntryCheck } from './check-entry.js';
import type { DecidedRefusals } from './decided-refusals.js';
import type { Finding, FindingCode } from './finding.js';
import type { PolicyStatement } from './missing-permissions.js';
import type { ProbeFinding } from './probe.js';
import type { ReviewedStage } from './review-stages.js';

/** Everything that `why403 check` found. */
export interface CheckReport {
  /** Of the configuration, and of the running service that was asked. */
  readonly findings: readonly Finding[];
  readonly entries: readonly EntryCheck[];
  readonly stages: readonly JudgedStage[];
  /** null: it was not asked for. */
  readonly firehose: readonly ProbeFinding[] | null;
}

export interface JudgedStage extends ReviewedStage {
  /** null: no running service was asked, or it knows nothing of the stage. */
  readonly refusals: DecidedRefusals | null;
}

/** What one role lacks, whichever regions showed it. */
export interface MissingPolicy {
  readonly account: string;
  readonly arn: string;
  readonly statements: readonly PolicyStatement[];
}

export const hasProblem = ({ findings, entries, firehose }: CheckReport): boolean =>
  [
    ...findings,
    ...entries.flatMap((entry) => [...entry.findings, ...entry.regions.flatMap((region) => region.findings)]),
    ...(firehose ?? []),
  ].some(({ level }) => level === 'problem');

export function missingPolicies(entries: readonly EntryCheck[]): readonly MissingPolicy[] {
  return entries.flatMap(({ account, arn, regions }) => {
    const resources = new Map<string, Set<string>>();
    for (const { Action, Resource } of regions.flatMap(({ missing }) => missing)) {
      resources.set(Action, new Set([...(resources.get(Action) ?? []), ...Resource]));
    }
    if (account === null || arn === null || resources.size === 0) return [];
    const statements = [...resources].map(
      ([Action, of]): PolicyStatement => ({ Effect: 'Allow', Action, Resource: [...of].sort() }),
    );
    return [{ account, arn, statements }];
  });
}

interface FlatFinding {
  /** `configuration`, `service`, or the source: `sources[0]`. */
  readonly about: string;
  readonly account: string | null;
  readonly region: string | null;
  readonly level: Finding['level'];
  readonly code: FindingCode;
  readonly sentence: string;
}

/** The stable form for programs: docs/check-output.md documents it, docs/check.schema.json fixes it. */
export function checkJson(report: CheckReport) {
  return {
    ok: !hasProblem(report),
    findings: flatFindings(report),
    missingPermissions: missingPolicies(report.entries).map(({ account, arn, statements }) => ({
      account,
      arn,
      policy: { Version: '2012-10-17', Statement: statements },
    })),
    stages: report.stages.map(stageJson),
    firehose: report.firehose?.map(({ level, sentence }) => ({ level, sentence })) ?? null,
  };
}

function flatFindings({ findings, entries }: CheckReport): readonly FlatFinding[] {
  const flat = (of: readonly Finding[], place: Pick<FlatFinding, 'about' | 'account' | 'region'>): FlatFinding[] =>
    of.map(({ level, code, sentence }) => ({ ...place, level, code, sentence }));
  return [
    ...findings.flatMap((finding) =>
      flat([finding], {
        about: finding.code === 'service_unusable' ? 'service' : 'configuration',
        account: null,
        region: null,
      }),
    ),
    ...entries.flatMap(({ name, account, findings: own, regions }) => [
      ...flat(own, { about: name, account, region: null }),
      ...regions.flatMap(({ region, findings: there }) => flat(there, { about: name, account, region })),
    ]),
  ];
}

const stageJson = (stage: JudgedStage) => ({
  account: stage.account,
  region: stage.region,
  apiId: stage.apiId,
  apiName: stage.apiName,
  apiKind: stage.apiKind,
  stage: stage.stage,
  format: stage.format,
  unreadable: stage.unreadable,
  missingVariables: stage.review?.missing ?? [],
  causes:
    stage.review?.causes.map(({ cause, now, recommended }) => ({ cause, now, withRecommendedFormat: recommended })) ??
    [],
  recommendedFormat: stage.review?.recommended?.format ?? null,
  addedVariables: stage.review?.recommended?.added ?? [],
  extendsFormat: stage.review?.recommended?.extendsGiven ?? null,
  needsDeployment: false,
  refusals:
    stage.refusals === null
      ? null
      : { hours: stage.refusals.hours, refused: stage.refusals.refused, decided: stage.refusals.decided },
  changes: stage.changes.map(({ tool, code }) => ({ tool, code })),
});
