import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import { curlCommand } from './curl.js';
import { type ErrorCode, errorCatalogue } from './errors/catalogue.js';
import { type Operation, tags } from './operation.js';
import { problem } from './schemas/problem.js';

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

/** Address of the examples: what a service with default configuration listens on. */
export const exampleBaseUrl = 'http://127.0.0.1:4030';

/** OpenAPI 3.1 out of the route table: the schemas are those that validate. */
export function createOpenApiDocument(operations: readonly Operation[], version: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of `why403 token create`; reading needs the role read, sending logs the role ingest, admin may do everything. Not needed while no tokens are configured: then only this machine is answered.',
  });
  for (const { keyHeader } of operations) {
    if (keyHeader === undefined) continue;
    const description = 'A token of the role ingest, for senders that cannot set `Authorization`.';
    registry.registerComponent('securitySchemes', keyHeader, {
      type: 'apiKey',
      in: 'header',
      name: keyHeader,
      description,
    });
  }
  for (const operation of operations) registry.registerPath(toPath(operation));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Why403',
      version,
      description:
        'Why API Gateway refused requests. Times in answers are ms since the epoch; in requests also ISO 8601 and `now-6h`. Answers that count say up to when they are complete. Errors are `application/problem+json`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This service' }],
    security: [{ token: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  });
}

function toPath(operation: Operation): Parameters<OpenAPIRegistry['registerPath']>[0] {
  const { method, path, id, tag, summary, description, access, answer, otherAnswers, body, examples, keyHeader } =
    operation;
  const contentType = answer.contentType ?? 'application/json';
  const content = { [contentType]: { schema: answer.schema } };
  const responses: Record<string, ResponseConfig> = {
    [answer.status ?? 200]: { description: answer.description, content },
    ...errorResponses(operation),
  };
  for (const [status, text] of Object.entries(otherAnswers ?? {})) responses[status] = { description: text, content };
  return {
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    description,
    ...(access === 'open' ? { security: [] } : {}),
    ...(keyHeader === undefined ? {} : { security: [{ [keyHeader]: [] }, { token: [] }] }),
    request: {
      ...(isEmpty(operation.params) ? {} : { params: operation.params }),
      ...(isEmpty(operation.query) ? {} : { query: operation.query }),
      ...(isEmpty(operation.headers) ? {} : { headers: operation.headers }),
      ...(body === undefined ? {} : { body: toBody(operation, body) }),
    },
    responses,
    'x-codeSamples': examples.map((example) => ({
      lang: 'Shell',
      label: example.summary,
      source: curlCommand(operation, example, exampleBaseUrl),
    })),
  };
}

const isEmpty = (schema: z.ZodObject): boolean => Object.keys(schema.shape).length === 0;

function toBody({ examples }: Operation, { description, content }: NonNullable<Operation['body']>) {
  const entries = Object.entries(content).map(([contentType, schema]) => {
    const named = examples.flatMap(({ name, summary, body }) =>
      body?.contentType === contentType ? [[name, { summary, value: exampleValue(contentType, body.text) }]] : [],
    );
    return [contentType, { schema, ...(named.length === 0 ? {} : { examples: Object.fromEntries(named) }) }];
  });
  return { description, required: true, content: Object.fromEntries(entries) };
}

const exampleValue = (contentType: string, text: string): unknown =>
  contentType === 'application/json' ? JSON.parse(text) : text;

/** Errors that any operation may answer with, by what callers can do wrong with it. */
function errorsOf({ access, errors }: Operation): readonly ErrorCode[] {
  const closed: readonly ErrorCode[] =
    access === 'open' ? [] : ['token_missing', 'token_invalid', 'role_insufficient', 'rate_limited'];
  const common: readonly ErrorCode[] = [
    'parameter_unknown',
    'parameter_invalid',
    'host_refused',
    'origin_refused',
    'internal_error',
  ];
  return [...common, ...closed, ...errors];
}

function errorResponses(operation: Operation): Record<string, ResponseConfig> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(errorsOf(operation))) {
    const { status } = errorCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content: ResponseConfig['content'] =
    operation.sendError === undefined
      ? { 'application/problem+json': { schema: problem } }
      : { 'application/json': { schema: operation.answer.schema } };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].title}.`).join(' '),
        content,
      },
    ]),
  );
}
