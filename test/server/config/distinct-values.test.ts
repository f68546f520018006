import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type ConfigKey, configKeys } from '../../../server/src/config/schema-tree.js';
import { configOf } from './load-config.js';

// Every key gets a value of its own; a crossed name would put it elsewhere.
const texts: Readonly<Record<string, string>> = {
  'listen.host': '127.0.0.9',
  'store.url': 'http://db.example.com:8123',
  'log.level': 'warn',
  'log.format': 'json',
  'telemetry.otlpEndpoint': 'http://otel.example.com:4318',
};
const structures: Readonly<Record<string, unknown>> = {
  'access.tokens': [
    {
      role: 'ingest',
      id: 'shipper',
      sha256: 'c'.repeat(64),
      sourceArns: ['arn:aws:firehose:*:111122223333:deliverystream/a'],
    },
  ],
  sources: [
    {
      kind: 'file',
      paths: ['one.log'],
      format: '$context.status',
      api: 'api-1',
      stage: 'stage-1',
      account: 'account-1',
      region: 'region-1',
      unitBytes: 8192,
      pollMs: 77,
    },
    {
      kind: 'stdin',
      format: '$context.path',
      api: 'api-2',
      stage: 'stage-2',
      account: 'account-2',
      region: 'region-2',
    },
  ],
  'ingest.feeds': {
    orders: {
      format: '$context.requestId',
      api: 'api-3',
      stage: 'stage-3',
      account: 'account-3',
      region: 'region-3',
      delaySeconds: 88,
    },
  },
};

const nameOf = ({ path }: ConfigKey) => path.join('.');

function distinctValue(key: ConfigKey, position: number): unknown {
  const name = nameOf(key);
  if (Object.hasOwn(structures, name)) return structures[name];
  if (key.node.type !== 'number') return texts[name] ?? `text_${position}`;
  // Evidence does not outlive rows, and facts live a day at least.
  const standard = key.node.standard as number;
  return name === 'retention.evidenceDays' ? 2 : standard + position + 1;
}

function valueIn(config: unknown, { path }: ConfigKey): unknown {
  return path.reduce((value, name) => (value as Record<string, unknown>)[name], config);
}

const keys = configKeys();
const values = new Map(keys.map((key, i) => [key, distinctValue(key, i)]));

describe('every key set to a value of its own', () => {
  it('has a test value that differs from all others and from the default', () => {
    expect(new Set([...values.values()].map((value) => JSON.stringify(value))).size).toBe(keys.length);
    for (const [key, value] of values) expect(value, nameOf(key)).not.toEqual(key.node.standard);
  });

  it('in the file: each is found in its place', () => {
    const file: Record<string, Record<string, unknown>> = {};
    for (const [{ path }, value] of values) {
      const [section = '', name] = path;
      if (name === undefined) file[section] = value as never;
      else file[section] = { ...file[section], [name]: value };
    }
    const config = configOf({ yaml: stringify(file) });
    for (const [key, value] of values) expect(valueIn(config, key), nameOf(key)).toEqual(value);
  });

  it('in the environment: each is found in its place', () => {
    const env = Object.fromEntries(
      [...values].map(([{ variable }, value]) => [variable, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
    expect(Object.keys(env)).toHaveLength(keys.length);
    const config = configOf({ env });
    for (const [key, value] of values) expect(valueIn(config, key), nameOf(key)).toEqual(value);
  });
});
