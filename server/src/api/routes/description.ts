import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { docsPageHeaders, renderDocsPage } from '../docs-page.js';
import { createOpenApiDocument, exampleBaseUrl, type OpenApiDocument } from '../openapi.js';
import { defineOperation, type Operation } from '../operation.js';

/** api.example.com, 127.0.0.1:4031, [::1]:4031: nothing that a shell or HTML would read otherwise. */
const plainHost = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,45}\])(?::\d{1,5})?$/;

export function createDescriptionOperations(
  { version }: ApiDeps,
  operations: () => readonly Operation[],
): readonly Operation[] {
  // Made when first asked for, then kept: it cannot change.
  let document: OpenApiDocument | null = null;
  let page: string | null = null;
  const openApi = (): OpenApiDocument => {
    document ??= createOpenApiDocument(operations(), version);
    return document;
  };
  return [
    defineOperation({
      id: 'readOpenApi',
      method: 'get',
      path: '/openapi.json',
      access: 'read',
      tag: 'Service',
      summary: 'This interface as OpenAPI 3.1',
      description: 'Generated from the schemas that validate requests.',
      answer: {
        description: 'The document.',
        schema: z.record(z.string(), z.unknown()).meta({ description: 'OpenAPI 3.1' }),
      },
      errors: [],
      examples: [{ name: 'document', summary: 'The OpenAPI document' }],
      run: () => openApi() as unknown as Record<string, unknown>,
    }),
    defineOperation({
      id: 'readDocs',
      method: 'get',
      path: '/docs',
      access: 'read',
      tag: 'Service',
      summary: 'This interface as a page for people',
      description: 'Plain HTML without scripts.',
      answer: { description: 'The page.', contentType: 'text/html; charset=utf-8', schema: z.string() },
      errors: [],
      examples: [{ name: 'page', summary: 'The page' }],
      run({ req, res }) {
        page ??= renderDocsPage(openApi());
        res.set(docsPageHeaders);
        // Commands are there to be pasted: they name the address that the reader came by.
        const host = req.headers.host ?? '';
        return plainHost.test(host) ? page.replaceAll(exampleBaseUrl, `${req.protocol}://${host}`) : page;
      },
    }),
    defineOperation({
      id: 'openStart',
      method: 'get',
      path: '/',
      access: 'read',
      tag: 'Service',
      summary: 'Where to begin',
      description: 'Leads to the documentation.',
      answer: {
        status: 302,
        description: 'To `/docs`.',
        contentType: 'text/plain; charset=utf-8',
        schema: z.string(),
      },
      errors: [],
      examples: [{ name: 'start', summary: 'The start page' }],
      run({ res }) {
        res.status(302).set('Location', '/docs');
        return 'See /docs\n';
      },
    }),
  ];
}
