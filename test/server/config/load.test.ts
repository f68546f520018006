import { describe, expect, it } from 'vitest';
import { optionOverride } from '../../../server/src/config/environment.js';
import { configOf, problemsOf } from './load-config.js';

describe('without a file and variables', () => {
  it('the defaults listen on this machine only, with the embedded database', () => {
    const config = configOf({});
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 4030 });
    expect(config.store.url).toBeNull();
    expect(config.retention).toEqual({ rowsDays: 30, evidenceDays: 7, factsHours: 48 });
    expect(config.access.tokens).toEqual([]);
    expect(config.sources).toEqual([]);
  });

  it.each([
    ['an empty file', ''],
    ['comments only', '# nothing\n'],
    ['sections without keys', 'listen:\nstore:\nsources:\ningest:\n  feeds:\n'],
    ['keys without values', 'listen:\n  port:\n  host:\n'],
  ])('%s is the same', (_name, yaml) => {
    expect(configOf({ yaml })).toEqual(configOf({}));
  });
});

describe('what is stronger', () => {
  const yaml = 'listen:\n  port: 1001\n  host: 127.0.0.2\n';
  const options = [optionOverride('--port', ['listen', 'port'], '1003')];

  it('a variable than the file', () => {
    expect(configOf({ yaml, env: { WHY403_LISTEN_PORT: '1002' } }).listen).toEqual({ host: '127.0.0.2', port: 1002 });
  });

  it('an option than both', () => {
    expect(configOf({ yaml, env: { WHY403_LISTEN_PORT: '1002' }, options }).listen.port).toBe(1003);
  });

  it.each([
    ['empty', ''],
    ['blank', '  '],
  ])('an %s variable counts as unset: a number does not become 0', (_name, value) => {
    expect(configOf({ yaml, env: { WHY403_LISTEN_PORT: value, WHY403_STORE_PASSWORD: value } }).listen.port).toBe(1001);
  });
});

describe('variables', () => {
  it('hold lists and maps as JSON', () => {
    const { sources, ingest } = configOf({
      env: {
        WHY403_SOURCES: '[{"kind":"file","paths":["/var/log/a.log"]},{"kind":"stdin"}]',
        WHY403_INGEST_FEEDS: '{"orders":{"delaySeconds":5}}',
      },
    });
    expect(sources.map(({ kind }) => kind)).toEqual(['file', 'stdin']);
    expect(ingest.feeds['orders']?.delaySeconds).toBe(5);
  });

  it('of Kubernetes, which describe a service named why403, are none of ours', () => {
    const env = {
      WHY403_SERVICE_HOST: '198.51.100.11',
      WHY403_SERVICE_PORT: '4030',
      WHY403_SERVICE_PORT_HTTP: '4030',
      WHY403_PORT: 'tcp://198.51.100.11:4030',
      WHY403_PORT_4030_TCP: 'tcp://198.51.100.11:4030',
      WHY403_PORT_4030_TCP_ADDR: '198.51.100.11',
    };
    expect(configOf({ env })).toEqual(configOf({}));
  });

  it('of other programs and WHY403_CONFIG are not read', () => {
    expect(configOf({ env: { PATH: '/bin', WHY403_CONFIG: 'why403.yaml' } })).toEqual(configOf({}));
  });
});

describe('the result', () => {
  it('is frozen all the way down', () => {
    const config = configOf({ yaml: 'sources:\n  - kind: file\n    paths: [a.log]\n' });
    const [source] = config.sources;
    for (const part of [config, config.listen, config.sources, source, (source as { paths: unknown }).paths]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
});

describe('each problem names key, place, what was expected and what came', () => {
  it.each([
    [
      'a text for a number',
      'listen:\n  port: eighty\n',
      'listen.port (why403.yaml:2): Expected a whole number from 0 to 65 535, came the text "eighty". Example: 4030',
    ],
    ['a number out of range', 'listen:\n  port: 70000\n', 'came 70000.'],
    ['a fraction', 'demo:\n  seed: 1.5\n', 'came 1.5.'],
    ['a list for a number', 'listen:\n  port: [1]\n', 'came a list.'],
    ['a map for a text', 'listen:\n  host: {a: 1}\n', 'came a map.'],
    ['a number for a section', 'listen: 7\n', 'listen (why403.yaml:1): Expected a map of keys, came 7.'],
    ['an unknown section', 'lsten:\n  port: 1\n', 'lsten (why403.yaml:1): There is no such key. Did you mean listen?'],
    ['an unknown key', 'listen:\n  prot: 1\n', 'listen.prot (why403.yaml:2): There is no such key. Did you mean port?'],
    ['an unknown key like no other', 'log:\n  colour: 1\n', 'There is no such key. Known here: level, format.'],
    ['a key of the prototype', '__proto__:\n  port: 1\n', '__proto__ (why403.yaml:1): There is no such key.'],
    [
      'a word that is not one of them',
      'log:\n  level: loud\n',
      'Expected debug, info, warn or error, came the text "loud".',
    ],
    ['a URL of another kind', 'store:\n  url: tcp://db:9000\n', 'Expected an http or https URL'],
    [
      'an unknown kind of source',
      'sources:\n  - kind: fiel\n',
      'sources[0].kind (why403.yaml:2): Expected file, stdin or aws',
    ],
    [
      'a source without a kind',
      'sources:\n  - paths: [a.log]\n',
      'sources[0].kind (why403.yaml:2): Expected file, stdin or aws, came nothing.',
    ],
    [
      'a source without paths',
      'sources:\n  - kind: file\n',
      'sources[0].paths (why403.yaml:2): Expected a list of at least one path, came nothing.',
    ],
    [
      'an unknown key of a source',
      'sources:\n  - kind: stdin\n    stge: a\n',
      'sources[0].stge (why403.yaml:3): There is no such key. Did you mean stage?',
    ],
    [
      'a key of another kind of source',
      'sources:\n  - kind: stdin\n    pollMs: 100\n',
      'sources[0].pollMs (why403.yaml:3): There is no such key.',
    ],
    [
      'a feed name with blanks',
      'ingest:\n  feeds:\n    My Feed: {}\n',
      'ingest.feeds.My Feed (why403.yaml:3): Expected a map from feed names',
    ],
    [
      'a log format without variables',
      'sources:\n  - kind: stdin\n    format: plain\n',
      'sources[0].format (why403.yaml:3): Expected an access log format: it holds no $context variable.',
    ],
    [
      'standard input twice',
      'sources:\n  - kind: stdin\n  - kind: stdin\n',
      'sources[1] (why403.yaml:3): Expected standard input once',
    ],
    [
      'evidence that outlives rows',
      'retention:\n  rowsDays: 3\n',
      'retention.evidenceDays (why403.yaml:1): Expected at most retention.rowsDays (3), came 7. Example: 3',
    ],
    [
      'an address others reach without tokens',
      'listen:\n  host: 0.0.0.0\n',
      'listen.host (why403.yaml:2): Expected a loopback address such as 127.0.0.1, came 0.0.0.0',
    ],
    ['broken YAML', 'listen: [1\n', 'This is not YAML'],
    [
      'a key twice',
      'listen:\n  port: 1\n  port: 2\n',
      ' (why403.yaml:3): A key stands here that its section already has.',
    ],
    ['a list for the whole', '- 1\n', ' (why403.yaml): Expected a map of sections'],
    [
      'aliases that unfold to too much',
      `a: &a [1,1]\nb: &b [${'*a,'.repeat(200)}]\nlisten: [${'*b,'.repeat(200)}]\n`,
      'aliases unfold to too much',
    ],
  ])('%s', (_name, yaml, expected) => {
    const problems = problemsOf({ yaml });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it.each([
    [
      'a text for a number',
      { WHY403_LISTEN_PORT: 'eighty' },
      'listen.port (WHY403_LISTEN_PORT): Expected a whole number',
    ],
    ['hexadecimal', { WHY403_LISTEN_PORT: '0x10' }, 'came the text "0x10"'],
    ['no JSON', { WHY403_SOURCES: '[{' }, 'sources (WHY403_SOURCES): Expected a list of sources'],
    [
      'an unknown variable',
      { WHY403_LISTEN_PROT: '1' },
      'WHY403_LISTEN_PROT (environment): There is no such variable. Did you mean WHY403_LISTEN_PORT?',
    ],
    [
      'a port that is a link of no service',
      { WHY403_WEB_PORT: '80' },
      'WHY403_WEB_PORT (environment): There is no such variable.',
    ],
  ])('in a variable: %s', (_name, env, expected) => {
    const problems = problemsOf({ env });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('all of them at once', () => {
    const problems = problemsOf({
      yaml: 'lsten: {}\nlisten: {host: 0.0.0.0, port: x}\nretention: {evidenceDays: 40, factsHours: 1}\nsources: [{kind: fil}, {kind: stdin, format: x}]\n',
      env: { WHY403_DEMO_SEED: 'x', WHY403_DEMO_SED: '1' },
    });
    expect(problems.map((problem) => problem.replace(/ .*/, ''))).toEqual([
      'listen.port',
      'retention.factsHours',
      'sources[0].kind',
      'demo.seed',
      'lsten',
      'WHY403_DEMO_SED',
    ]);
  });

  it('shows control characters as escapes and cuts long text', () => {
    const [problem] = problemsOf({ env: { WHY403_LOG_LEVEL: `\x1b[2J${'x'.repeat(500)}` } });
    expect(problem).toContain('\\x1b[2J');
    expect(problem?.length).toBeLessThan(250);
  });
});

describe('tokens', () => {
  const sha256 = (digit: string) => digit.repeat(64);
  const token = (id: string, digit: string) => ({ role: 'read', id, sha256: sha256(digit) });
  const given = (...tokens: unknown[]) => ({ env: { WHY403_ACCESS_TOKENS: JSON.stringify(tokens) } });

  it('let other machines in', () => {
    const yaml = 'listen:\n  host: 0.0.0.0\n';
    expect(configOf({ yaml, ...given(token('grafana', 'a')) }).listen.host).toBe('0.0.0.0');
  });

  it('may be two of one id, for rotation, not three', () => {
    expect(configOf(given(token('grafana', 'a'), token('grafana', 'b'))).access.tokens).toHaveLength(2);
    expect(problemsOf(given(token('g', 'a'), token('g', 'b'), token('g', 'c'))).join()).toContain('at most two tokens');
  });

  it('stand there once', () => {
    expect(problemsOf(given(token('a', 'a'), token('b', 'a'))).join()).toContain('access.tokens[1]');
  });
});

describe('secrets', () => {
  it.each([
    [
      'a token instead of its hash',
      { WHY403_ACCESS_TOKENS: '[{"role":"read","id":"a","sha256":"w403_read_a_canary"}]' },
    ],
    ['tokens that are no list', { WHY403_ACCESS_TOKENS: 'w403_read_a_canary' }],
    ['a password that is too long', { WHY403_STORE_PASSWORD: 'canary'.repeat(1000) }],
    ['a password in a URL', { WHY403_STORE_URL: 'https://user:canary@db.example.com' }],
    ['a password in the query of a URL', { WHY403_STORE_URL: 'https://db.example.com/?password=a@canary' }],
    ['a key in the query of a URL', { WHY403_TELEMETRY_OTLP_ENDPOINT: 'https://otlp.example.com/?api-key=canary' }],
    ['a password in a URL without a scheme', { WHY403_STORE_URL: 'user:canary@db.example.com' }],
  ])('are not shown: %s', (_name, env) => {
    const problems = problemsOf({ env });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('canary');
  });

  const pasted = `w403_read_grafana_${'canaryX'.repeat(8).slice(0, 43)}`;
  it.each([
    ['as the id', `access: {tokens: [{role: read, id: ${pasted}, sha256: ${'a'.repeat(64)}}]}`],
    ['as the role', `access: {tokens: [{role: ${pasted}, id: a, sha256: ${'a'.repeat(64)}}]}`],
    ['as a key', `access: {${pasted}: read}`],
    ['as the list', `access: {tokens: ${pasted}}`],
    ['as the section', `access: ${pasted}`],
    ['as a feed', `ingest: {feeds: {${pasted}: {}}}`],
    ['in the wrong section', `listen: {host: "${pasted} "}`],
  ])('are not shown: a token pasted %s', (_name, yaml) => {
    const problems = problemsOf({ yaml });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('canary');
  });

  it('are not shown: a password where its section belongs', () => {
    expect(problemsOf({ yaml: 'store: canary' })).toEqual([
      'store (why403.yaml:1): Expected a map of keys, came a text.',
    ]);
  });

  it('are not shown when the file is no YAML', () => {
    expect(problemsOf({ yaml: 'store:\n  password: "canary\n  x' }).join()).not.toContain('canary');
  });
});
