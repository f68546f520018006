import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileAccessLogFormat, createUnitReader, defaultLimits, noPlace } from '../../parsers/src/index.js';
import { errorCodes } from '../../server/src/api/errors/catalogue.js';
import { namesStream } from '../../server/src/api/firehose/source-arn.js';
import { configOf } from '../server/config/load-config.js';
import { readText, repository } from './repository-files.js';

const path = 'docs/aws/firehose.md';
const page = readText(path);
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^ *\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(([, text = '']) => text);
const block = (language: string, word: string): string => blocks(language).find((text) => text.includes(word)) ?? '';

describe('docs/aws/firehose.md', () => {
  it('leads to pages and headings that are there', () => {
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    expect(links.length).toBeGreaterThan(3);
    for (const [, to = '', anchor] of links) {
      if (to !== '') expect([to, existsSync(join(repository, dirname(path), to))]).toEqual([to, true]);
      else expect(headings).toContain(anchor);
    }
  });

  it('has a format whose lines are recognised by themselves and tell who was refused why', () => {
    const format = block('json', '$context.requestId').trim();
    expect(format).not.toContain('\n');
    // As large as API Gateway takes.
    expect(format.length).toBeLessThan(3000);
    const compiled = compileAccessLogFormat(format);
    expect(compiled.ok).toBe(true);
    const values: Readonly<Record<string, string>> = {
      requestId: '8b9b8a5e-6a1c-4d0e-9c63-6e3d1f0a7b21',
      extendedRequestId: 'Qh7ZkEXAMPLEiAMFq1w=',
      requestTimeEpoch: '1772366417000',
      apiId: 'a1b2c3d4e5',
      stage: 'prod',
      status: '403',
      'error.responseType': 'INVALID_API_KEY',
    };
    const line = format.replace(/\$context\.([\w.]+)/g, (_, name: string) => values[name] ?? '-');
    const reader = createUnitReader({ template: null, fallbackPlace: noPlace, limits: defaultLimits });
    reader.push(new TextEncoder().encode(`${line}\n`));
    const { counts, facts, rejected } = reader.end();
    expect(counts).toMatchObject([{ apiId: 'a1b2c3d4e5', stage: 'prod', statusClass: '403', requests: 1 }]);
    expect(facts).toHaveLength(1);
    expect(rejected).toEqual({});
  });

  it('has tokens that the configuration takes, for streams that the page sets up', () => {
    const { tokens } = configOf({ yaml: block('yaml', 'sourceArns') }).access;
    const arn = (name: string) => `arn:aws:firehose:eu-west-1:111122223333:deliverystream/${name}`;
    for (const name of ['amazon-apigateway-orders', 'why403-logs']) {
      expect(page).toContain(name);
      expect(tokens[0]?.sourceArns?.some((pattern) => namesStream(pattern, arn(name)))).toBe(true);
    }
  });

  it('has limits of body sizes above what the service takes', () => {
    const limit = configOf({}).limits.firehoseBodyBytes;
    const told = [...page.matchAll(/(?:client_max_body_size|proxy-body-size:) (\d+)m/g)].map(([, mib]) => Number(mib));
    expect(told).toHaveLength(2);
    for (const mib of told) expect(mib * 1024 * 1024).toBeGreaterThan(limit);
  });

  it('names errors that there are', () => {
    const table = page.slice(page.indexOf('## Symptoms'));
    const codes = [...table.matchAll(/^\| (?:\d{3}|`)[^|]*\|/gm)].flatMap(([cell]) =>
      [...cell.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, code = '']) => code),
    );
    expect(codes.length).toBeGreaterThan(8);
    for (const code of codes) expect(errorCodes).toContain(code);
  });

  it('has YAML that can be read', () => {
    for (const text of blocks('yaml')) expect(() => parse(text, { customTags: intrinsics })).not.toThrow();
  });
});

/** `!Ref`, `!Sub`, `!GetAtt` of CloudFormation. */
const intrinsics = ['!Ref', '!Sub', '!GetAtt'].map((tag) => ({ tag, resolve: (text: string) => text }));
