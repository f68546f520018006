import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotateChange, annotateNewCause } from '../../../server/src/api/annotation.js';
import { hostile } from '../../support/hostile-values.js';
import { annotate, causes, change, labels, newCause } from './annotated.js';

const value = hostile('orders');
const tags = /<\/?(?:b|br)>/g;

describe('values of callers in an annotation', () => {
  it('are shown, and are no HTML and no tag', () => {
    fc.assert(
      fc.property(value, value, value, value, (api_id, stage, route, cause) => {
        for (const { title, text, tags: list } of [
          annotate({ labels: { ...labels, api_id, stage, cause } }),
          annotateNewCause(newCause({ api_id, stage, route, cause }), causes),
          annotateChange(change({ apiId: api_id, stage, summary: route, what: cause }), causes),
        ]) {
          expect(`${title}${text.replace(tags, '')}`).not.toMatch(/[<>"']/);
          expect(`${title}${text}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          for (const tag of list) expect(tag).toMatch(/^[\w.$:-]+$/);
        }
      }),
      { seed: 403, numRuns: 300 },
    );
  });
});
