import { z } from 'zod';
import { groupColors } from '../../query/group-colors.js';
import { closest } from '../../text/closest.js';
import type { ApiDeps } from '../deps.js';
import { ApiError } from '../errors/api-error.js';
import { excerpt } from '../errors/excerpt.js';
import { causeMap } from '../explanation.js';
import { defineOperation, type Operation } from '../operation.js';
import { cause, detail, group } from '../schemas/verdict.js';

const causeInfo = z
  .strictObject({
    cause,
    group,
    color: z.string().meta({ description: 'Of the group, hex; readable on light and dark ground.' }),
    title: z.string(),
    meaning: z.string().meta({ description: 'What happened, who refused, and what people wrongly believe.' }),
    details: z.array(z.strictObject({ detail, meaning: z.string() })),
    shownBy: z
      .array(z.enum(['access', 'access_console', 'execution', 'waf', 'response']))
      .meta({ description: 'Inputs that, alone, can lead to this cause.' }),
  })
  .meta({ id: 'CauseInfo' });

const causeList = z.strictObject({ causes: z.array(causeInfo) }).meta({ id: 'Causes' });

export function createCauseOperations({ engine }: ApiDeps): readonly Operation[] {
  const infos = engine.causeCatalogue.map(({ cause, group, title, meaning, details, shownBy }) => ({
    cause,
    group,
    color: groupColors[group],
    title,
    meaning,
    details: details.map(({ detail, meaning }) => ({ detail, meaning })),
    shownBy,
  }));
  const known = causeMap(engine.causeCatalogue);
  return [
    defineOperation({
      id: 'listCauses',
      method: 'get',
      path: '/api/v1/causes',
      access: 'read',
      tag: 'Answers',
      summary: 'Causes that are told apart',
      description: 'A closed set: dashboards and alert rules can depend on it.',
      answer: { description: 'All causes with their details.', schema: causeList },
      errors: [],
      examples: [{ name: 'all', summary: 'All causes' }],
      run: () => ({ causes: infos }),
    }),
    defineOperation({
      id: 'readCause',
      method: 'get',
      path: '/api/v1/causes/{cause}',
      access: 'read',
      tag: 'Answers',
      summary: 'One cause',
      description: 'Title, meaning, details, and which logs show it.',
      params: z.strictObject({
        cause: z
          .string()
          .max(256)
          .meta({ description: 'A cause.', param: { example: 'waf_blocked' } }),
      }),
      answer: { description: 'The cause.', schema: causeInfo },
      errors: ['cause_not_found'],
      examples: [{ name: 'wafBlocked', summary: 'Blocked by AWS WAF', params: { cause: 'waf_blocked' } }],
      run({ params }) {
        const info = infos.find(({ cause }) => cause === params.cause);
        if (info !== undefined) return info;
        const meant = closest(params.cause, [...known.keys()]);
        throw new ApiError(
          'cause_not_found',
          `Expected a cause, came ${excerpt(params.cause)}. ${meant === null ? '/api/v1/causes lists them' : `Did you mean ${meant}?`}`,
        );
      },
    }),
  ];
}
