import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, type ScalarTag } from 'yaml';
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

const streamNames = ['amazon-apigateway-orders', 'why403-logs', 'aws-waf-logs-why403'];

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Export: { readonly Name: string } }>>;
}

/** What `!Ref` and its like become. */
class Reference {
  readonly tag: string;
  readonly text: string;
  constructor(tag: string, text: string) {
    this.tag = tag;
    this.text = text;
  }
}

const intrinsics = ['!Ref', '!Sub', '!GetAtt', '!ImportValue'].map(
  (tag): ScalarTag => ({ tag, resolve: (text) => new Reference(tag, text) }),
);
const parseYaml = (text: string): unknown => parse(text, { customTags: intrinsics });

const templates = blocks('yaml')
  .filter((text) => text.includes('Type: AWS::'))
  .map((text) => parseYaml(text) as Template);
const resourcesOf = (type: string): readonly (readonly [Resource, Template])[] =>
  templates.flatMap((template) =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === type)
      .map((resource) => [resource, template] as const),
  );

function referencesIn(value: unknown): readonly Reference[] {
  if (value instanceof Reference) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(referencesIn) : [];
}

/** Names that a reference stands for, each with the part of a template that has to have it. */
function namesIn({ tag, text }: Reference): readonly (readonly ['any' | 'resource' | 'export', string])[] {
  if (tag === '!ImportValue') return [['export', text]];
  if (tag === '!Ref') return [['any', text]];
  if (tag === '!GetAtt') return [['resource', text.split('.')[0] ?? '']];
  return [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, inner = '']) =>
    inner.includes('.') ? ['resource', inner.split('.')[0] ?? ''] : ['any', inner],
  );
}

/** All examples of Terraform, as one configuration, without comments. */
const terraform = blocks('hcl')
  .join('\n')
  .replace(/^\s*#.*$|\s#.*$/gm, '');

const terraformDefinitions = (): readonly string[] => [
  ...[...terraform.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`),
  ...[...terraform.matchAll(/^data "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `data.${type}.${name}`),
  ...[...terraform.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => `var.${name}`),
  ...[...terraform.matchAll(/^locals \{\n([\s\S]*?)^\}/gm)].flatMap(([, inner = '']) =>
    [...inner.matchAll(/^ {2}(\w+)\s+=/gm)].map(([, name]) => `local.${name}`),
  ),
];

/** Outside of texts, and inside where a text has `${…}`. */
const terraformReferences = (): readonly string[] => {
  const code = terraform.replace(/"[^"\n]*"/g, (text) =>
    [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, of]) => of).join(' '),
  );
  return [...code.matchAll(/(?<![\w.])(?:data\.aws_\w+|aws_\w+|var|local)\.\w+/g)].map(([reference]) => reference);
};

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
    for (const name of streamNames) {
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
    for (const text of blocks('yaml')) expect(() => parseYaml(text)).not.toThrow();
  });

  it('leaves nothing out of its examples', () => {
    const code = [...page.matchAll(/^ *```\w+\n([\s\S]*?)^ *```/gm)].map(([, text = '']) => text);
    expect(code.length).toBeGreaterThan(10);
    for (const text of code) expect(text).not.toMatch(/…|\.\.\./);
  });

  it('has CloudFormation templates in which every reference leads to something', () => {
    const exported = templates.flatMap(({ Outputs = {} }) => Object.values(Outputs).map(({ Export }) => Export.Name));
    expect(templates).toHaveLength(4);
    for (const template of templates) {
      const resources = Object.keys(template.Resources);
      const named = {
        resource: resources,
        any: [...resources, ...Object.keys(template.Parameters ?? {})],
        export: exported,
      };
      const names = referencesIn(template).flatMap(namesIn);
      expect(names.length).toBeGreaterThan(3);
      expect(names.filter(([of, name]) => !name.startsWith('AWS::') && !named[of].includes(name))).toEqual([]);
      const used = new Set(names.map(([, name]) => name));
      expect(Object.keys(template.Parameters ?? {}).filter((name) => !used.has(name))).toEqual([]);
    }
  });

  it('has Terraform in which every reference leads to something', () => {
    const defined = terraformDefinitions();
    const references = terraformReferences();
    expect(defined.length).toBeGreaterThan(20);
    expect(new Set(defined).size).toBe(defined.length);
    expect(references.length).toBeGreaterThan(30);
    expect(references.filter((reference) => !defined.includes(reference))).toEqual([]);
    expect(defined.filter((name) => name.startsWith('var.') && !references.includes(name))).toEqual([]);
    const files = [...terraform.matchAll(/file\("\$\{path\.module\}\/([^"]+)"\)/g)].map(([, name]) => name);
    expect(files).toEqual(['access-log-format.json']);
    expect(page).toContain('`access-log-format.json`, in one line:');
  });

  it('gives all its streams in both, each way with its own, under the names that AWS asks for', () => {
    const [, listed = ''] = /streams = toset\(\[(.*)\]\)/.exec(terraform) ?? [];
    expect([...listed.matchAll(/"([^"]+)"/g)].map(([, name]) => name)).toEqual(streamNames);
    const uses = [...terraform.matchAll(/(\S+) *=.*aws_kinesis_firehose_delivery_stream\.why403\["([^"]+)"\]\.arn/g)];
    expect(uses.map(([, key, name]) => [key, name])).toEqual([
      ['destination_arn', 'amazon-apigateway-orders'],
      ['destination_arn', 'why403-logs'],
      ['Resource', 'why403-logs'],
      ['log_destination_configs', 'aws-waf-logs-why403'],
    ]);
    const streams = resourcesOf('AWS::KinesisFirehose::DeliveryStream');
    expect(streams.map(([{ Properties }]) => Properties?.['DeliveryStreamName'])).toEqual(streamNames);
    for (const type of [
      'AWS::ApiGateway::Stage',
      'AWS::Logs::SubscriptionFilter',
      'AWS::WAFv2::LoggingConfiguration',
    ]) {
      expect([type, resourcesOf(type).length]).toEqual([type, 1]);
    }
  });

  it('has streams that write the log that symptoms are looked for in, by a role that may', () => {
    const group = '/aws/kinesisfirehose/why403';
    expect(page.slice(page.indexOf('## Symptoms'))).toContain(`\`${group}\``);
    expect(resourcesOf('AWS::Logs::LogGroup').map(([{ Properties }]) => Properties?.['LogGroupName'])).toEqual([group]);
    expect(terraform).toContain(`"${group}"`);
    const logging = terraform.match(/cloudwatch_logging_options \{[^}]*enabled +=\s*true[^}]*\}/g);
    expect(logging).toHaveLength(terraform.match(/^ {2}http_endpoint_configuration \{/gm)?.length ?? 0);
    for (const [{ Properties }, { Resources }] of resourcesOf('AWS::KinesisFirehose::DeliveryStream')) {
      expect(Properties).toMatchObject({
        HttpEndpointDestinationConfiguration: {
          CloudWatchLoggingOptions: { Enabled: true, LogGroupName: { text: 'why403-delivery-errors' } },
        },
      });
      const logStreams = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Logs::LogStream');
      expect(logStreams.map((stream) => stream.Properties?.['LogStreamName'])).toEqual([
        Properties?.['DeliveryStreamName'],
      ]);
    }
    expect(block('hcl', '"firehose.amazonaws.com"')).toContain('"logs:PutLogEvents"');
    expect(block('yaml', 'Service: firehose.amazonaws.com')).toContain('Action: logs:PutLogEvents');
  });

  it('has one access-log format in Terraform and CloudFormation', () => {
    const stage = resourcesOf('AWS::ApiGateway::Stage')[0]?.[0];
    const format = block('json', '$context.requestId').trim();
    expect(stage?.Properties?.['AccessLogSetting']).toMatchObject({ Format: format });
  });

  it('has a load balancer that speaks https with a certificate and leads to a target', () => {
    const example = block('hcl', 'resource "aws_lb"');
    for (const text of ['"HTTPS"', 'certificate_arn', 'aws_lb_target_group_attachment', 'security_groups', '/healthz'])
      expect(example).toContain(text);
  });
});
