import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createToken, parseToken } from '../../../server/src/api/access/token.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import { createTokenCommand } from '../../../server/src/cli/token.js';
import { configOf } from '../config/load-config.js';
import { fakeHost } from './fake-host.js';

async function token(...args: string[]) {
  const host = fakeHost();
  const command = createTokenCommand((role, id) => createToken(role, id, (size) => new Uint8Array(size).fill(7)));
  const commands = [{ name: 'token', usage: 'token create', summary: '', load: async () => command }];
  const code = await runCommandLine({ commands, readVersion: async () => '' }, ['token', ...args], host);
  return { code, out: host.out.join(''), error: host.error.join('') };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('why403 token create', () => {
  it('shows the token once, and the lines for the configuration, which do not hold it', async () => {
    const { code, out } = await token('create', '--role', 'read', '--id', 'grafana');
    expect(code).toBe(0);
    const shown = out.split('\n').flatMap((line) => (line.trim().startsWith('w403_') ? [line.trim()] : []));
    expect(shown).toHaveLength(1);
    const [secret = ''] = shown;
    expect(parseToken(secret)).toMatchObject({ role: 'read', id: 'grafana' });
    expect(out.split(secret)).toHaveLength(2);
    const yaml = out.slice(out.indexOf('access:'), out.indexOf('\nCallers'));
    expect(parse(yaml)).toEqual({ access: { tokens: [{ role: 'read', id: 'grafana', sha256: sha256(secret) }] } });
    expect(configOf({ yaml }).access.tokens).toHaveLength(1);
  });

  it('--json has the same', async () => {
    const { out } = await token('create', '--role', 'ingest', '--id', 'firehose', '--json');
    const made = JSON.parse(out);
    expect(made).toEqual({ role: 'ingest', id: 'firehose', token: made.token, sha256: sha256(made.token) });
  });

  it.each([
    ['nothing to do', []],
    ['an unknown action', ['delete']],
    ['two actions', ['create', 'create']],
    ['no role', ['create', '--id', 'grafana']],
    ['no id', ['create', '--role', 'read']],
    ['an unknown role', ['create', '--role', 'root', '--id', 'grafana']],
    ['a misspelt role', ['create', '--role', 'reed', '--id', 'grafana']],
    ['an id with a capital', ['create', '--role', 'read', '--id', 'Grafana']],
    ['an id with an underscore', ['create', '--role', 'read', '--id', 'a_b']],
    ['an id that is too long', ['create', '--role', 'read', '--id', 'a'.repeat(33)]],
  ])('%s is wrong usage', async (_name, args) => {
    const { code, out, error } = await token(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(/^why403: .+\n.+\n$/);
  });
});
