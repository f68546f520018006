import { describe, expect, it } from 'vitest';
import { createToken, findToken, hashToken, parseToken, roles } from '../../../server/src/api/access/token.js';

const bytes = (value: number) => (size: number) => new Uint8Array(size).fill(value);

describe('createToken', () => {
  it.each(roles)('makes a %s token that parses and is found by its hash alone', (role) => {
    const made = createToken(role, 'team-a1', bytes(7));
    expect(made.token).toMatch(new RegExp(`^w403_${role}_team-a1_[A-Za-z0-9_-]{43}$`));
    expect(parseToken(made.token)).toEqual({ role, id: 'team-a1', secret: made.token.slice(-43) });
    expect(made.sha256).toBe(hashToken(made.token));
    const { token, ...configured } = made;
    expect(JSON.stringify(configured)).not.toContain(token.slice(-43));
    expect(findToken([configured], token)).toEqual(configured);
  });

  it('parses when the secret itself has underscores', () => {
    const { token } = createToken('read', 'x', bytes(0xff));
    expect(token).toMatch(/_{2,}/);
    expect(parseToken(token)?.secret).toHaveLength(43);
  });

  it.each(['', 'UPPER', 'with_underscore', '-begins', 'ends-', 'a'.repeat(33), 'späth', 'a b'])(
    'refuses the id %j',
    (id) => {
      expect(() => createToken('read', id, bytes(1))).toThrow(RangeError);
    },
  );

  it('refuses a source of randomness that gives less than it was asked for', () => {
    expect(() => createToken('read', 'x', () => new Uint8Array(16))).toThrow(RangeError);
  });
});

describe('parseToken', () => {
  const { token } = createToken('read', 'grafana', bytes(7));
  it.each([
    ['empty', ''],
    ['another role', token.replace('read', 'owner')],
    ['no id', token.replace('_grafana_', '__')],
    ['a short secret', token.slice(0, -1)],
    ['a long secret', `${token}A`],
    ['blank before', ` ${token}`],
    ['newline after', `${token}\n`],
    ['not base64url', `${token.slice(0, -1)}+`],
    ['upper case prefix', token.replace('w403', 'W403')],
  ])('refuses %s', (_name, text) => {
    expect(parseToken(text)).toBeNull();
  });
});

describe('findToken', () => {
  const old = createToken('read', 'grafana', bytes(1));
  const fresh = createToken('read', 'grafana', bytes(2));
  const ingest = createToken('ingest', 'shipper', bytes(3));

  it('accepts both tokens of an id while it is rotated', () => {
    expect(findToken([old, fresh], old.token)?.sha256).toBe(old.sha256);
    expect(findToken([old, fresh], fresh.token)?.sha256).toBe(fresh.sha256);
  });

  it.each([
    ['another secret', createToken('read', 'grafana', bytes(9)).token],
    ['a known secret under another role', old.token.replace('read', 'admin')],
    ['a known secret under another id', old.token.replace('grafana', 'other')],
    ['the hash itself', old.sha256],
    ['empty', ''],
  ])('knows nothing of %s', (_name, presented) => {
    expect(findToken([old, fresh, ingest], presented)).toBeNull();
  });

  it('is not fooled by a hash in the configuration that is none', () => {
    expect(findToken([{ role: 'admin', id: 'x', sha256: '' }], '')).toBeNull();
    expect(findToken([{ role: 'admin', id: 'x', sha256: 'zz' }], 'w403')).toBeNull();
  });
});
