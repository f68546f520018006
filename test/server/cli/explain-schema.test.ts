import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causeCatalogue } from '../../../parsers/src/classify/causes.js';
import {
  type Alternative,
  type Confidence,
  type CulpritKind,
  causes,
  type EvidenceSource,
  groupOfCause,
  type Outcome,
  rejectReasons,
} from '../../../parsers/src/index.js';
import { explainSchema } from './explain-schema.js';

/** Written as records so that the compiler refuses a word too few or too many; the test compares them to the schema. */
const words = <Word extends string>(all: Record<Word, true>): string[] => Object.keys(all);
const closedSets = {
  outcome: words<Outcome>({ refused: true, not_refused: true, undetermined: true }),
  confidence: words<Confidence>({ certain: true, likely: true, possible: true }),
  alternativeConfidence: words<Alternative['confidence']>({ likely: true, possible: true }),
  culpritKind: words<CulpritKind>({
    waf_rule: true,
    web_acl: true,
    authorizer: true,
    policy: true,
    usage_plan: true,
    api_key: true,
    principal: true,
    vpc_endpoint: true,
    integration: true,
    route: true,
    certificate: true,
  }),
  evidenceFrom: words<EvidenceSource>({ access: true, execution: true, waf: true, config: true, response: true }),
  rejectReason: Object.keys(rejectReasons),
};

const { $defs } = explainSchema;

describe('the schema of explain --json and the model name the same', () => {
  it.each([
    ['causes', $defs.cause.enum, causes],
    ['groups', $defs.group.enum, [...new Set(Object.values(groupOfCause))]],
    [
      'details',
      $defs.detail.enum,
      [...new Set(causeCatalogue.flatMap(({ details }) => details.map(({ detail }) => detail)))],
    ],
    ['outcomes', $defs.outcome.enum, closedSets.outcome],
    ['confidences', $defs.confidence.enum, closedSets.confidence],
    ['confidences of alternatives', $defs.alternative.properties.confidence.enum, closedSets.alternativeConfidence],
    ['kinds of culprit', $defs.culprit.properties.kind.enum, closedSets.culpritKind],
    ['sources of evidence', $defs.evidence.properties.from.enum, closedSets.evidenceFrom],
    ['reasons of rejects', $defs.reject.properties.reason.enum, closedSets.rejectReason],
  ])('%s', (_name, inSchema: string[], inModel: readonly string[]) => {
    expect([...inSchema].sort()).toEqual([...inModel].sort());
  });

  it('closes every object', () => {
    const open: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('type' in node && node.type === 'object' && !('additionalProperties' in node)) open.push(path);
      for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`);
    };
    visit(explainSchema, '');
    expect(open).toEqual([]);
  });
});

describe('docs/explain-output.md', () => {
  const page = readFileSync(new URL('../../../docs/explain-output.md', import.meta.url), 'utf8');
  const fields = [
    ...Object.keys($defs.request.properties).filter((field) => field !== 'remedy'),
    ...Object.keys($defs.remedy.properties).map((field) => `remedy.${field}`),
    ...Object.keys($defs.alternative.properties).map((field) => `alternatives[].${field}`),
    ...Object.keys($defs.evidence.properties).map((field) => `evidence[].${field}`),
    ...Object.keys($defs.culprit.properties).map((field) => `culprit.${field}`),
    ...Object.keys($defs.reject.properties),
    ...closedSets.rejectReason,
    ...closedSets.culpritKind,
  ];

  it.each(fields)('describes %s', (field) => {
    expect(page).toContain(`\`${field}\``);
  });
});
