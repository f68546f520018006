import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../../server/src/text/html.js';

const settings = { seed: 403, numRuns: 500 };
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '&amp;', '&lt;', '/', 'a', '`', ';', '#39') }),
);

const characterOf: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const read = (html: string): string => html.replace(/&[^;]*;/g, (entity) => characterOf[entity] ?? '?');

describe('escapeHtml', () => {
  it('leaves nothing that opens a tag, ends an attribute or begins an entity of the text itself', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(escapeHtml(value)).not.toMatch(/[<>"']/);
        expect(escapeHtml(value).replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
      settings,
    );
  });

  it('is read as the text that it was', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(read(escapeHtml(value))).toBe(value);
      }),
      settings,
    );
  });
});
