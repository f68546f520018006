import { describe, expect, it } from 'vitest';
import { causeCatalogue } from '../../../parsers/src/classify/causes.js';
import { causes, groupOfCause } from '../../../parsers/src/index.js';
import { createCausesCommand } from '../../../server/src/cli/causes.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import { fakeHost } from './fake-host.js';
import { expectGolden } from './golden.js';

async function runCauses(args: readonly string[]) {
  const host = fakeHost();
  const command = createCausesCommand(async () => causeCatalogue);
  const commands = [{ name: 'causes', usage: 'causes', summary: '', load: async () => command }];
  const code = await runCommandLine({ commands, readVersion: async () => '' }, ['causes', ...args], host);
  return { code, out: host.out.join(''), error: host.error.join('') };
}

describe('causes', () => {
  it('lists every cause with its group', async () => {
    const { code, out } = await runCauses([]);
    expect(code).toBe(0);
    for (const cause of causes) expect(out).toMatch(new RegExp(`^${groupOfCause[cause]} +${cause} `, 'm'));
  });

  it('explains one', async () => {
    const { code, out } = await runCauses(['expired_token']);
    expect(code).toBe(0);
    expectGolden('cause.txt', out);
  });

  it.each(causes)('can explain %s', async (cause) => {
    const { code, out } = await runCauses([cause]);
    expect(code).toBe(0);
    for (const { detail } of causeCatalogue.find((info) => info.cause === cause)?.details ?? []) {
      expect(out).toContain(`- ${detail}: `);
    }
  });

  it('writes all of them as JSON', async () => {
    const { out } = await runCauses(['--json']);
    expect(JSON.parse(out)).toEqual(causeCatalogue);
  });

  it('writes one as JSON, in a list as well', async () => {
    const { out } = await runCauses(['--json', 'waf_blocked']);
    expect(JSON.parse(out).map(({ cause }: { cause: string }) => cause)).toEqual(['waf_blocked']);
  });

  it.each([
    ['an unknown cause', ['gremlins'], 'There is no cause "gremlins".'],
    ['a cause misspelt', ['waf_block'], 'Did you mean waf_blocked?'],
    ['two causes', ['waf_blocked', 'iam_denied'], 'takes one cause'],
  ])('refuses %s', async (_name, args, sentence) => {
    const { code, out, error } = await runCauses(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(error).toContain(sentence);
  });
});
