import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, createAccessLogScanner } from '../../parsers/src/access-log/index.js';
import { type ExplainOptions, explainText } from '../../parsers/src/engine/explain.js';
import { families, fillTemplate, greedyTemplates } from './adversarial-families.js';
import { brokenInvariants } from './verdict-invariants.js';

// What takes more than linear time on these inputs does not end before the runner's limit: a megabyte squared is
// hours. No time is asserted; a slow machine is no fault.

const explained = (text: string, options: ExplainOptions = {}): readonly string[] =>
  brokenInvariants(explainText(text, options));

describe('an adversary’s megabyte is read to its end', () => {
  it.each(families.map((family) => [family.name, family] as const))('%s', (_name, { make, size }) => {
    expect(explained(make(size))).toEqual([]);
  });
});

/** Without the many lines: they make one line of each template. */
const oneLine = families.filter(({ make }) => !make(4096).includes('\n'));

describe.each(greedyTemplates)('a template of %s', (_name, accessLogFormat) => {
  const compiled = compileAccessLogFormat(accessLogFormat);
  if (!compiled.ok) throw new Error(compiled.detail);
  const template = compiled.value;

  it('reads ordinary words', () => {
    const words = { name: '', size: 0, make: () => 'curl' };
    expect(template.parse(fillTemplate(accessLogFormat, words, 100))).not.toBeNull();
  });

  it.each(oneLine.map((family) => [family.name, family] as const))('%s', (_family, family) => {
    const lines = [family.make(128 * 1024), fillTemplate(accessLogFormat, family, 256 * 1024)];
    for (const line of lines) template.parse(line);
    const scanner = createAccessLogScanner(template);
    const scanned = scanner.scan(new TextEncoder().encode(`${lines.join('\n')}\n`));
    expect(scanned.lines).toBe(2);
  });
});
