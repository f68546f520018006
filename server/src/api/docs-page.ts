import { createHash } from 'node:crypto';
import { escapeHtml } from '../text/html.js';
import { errorCatalogue, errorCodes } from './errors/catalogue.js';
import type { OpenApiDocument } from './openapi.js';

// Dark and light by the reader's own setting; nothing is loaded from anywhere.
const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5a6675; --line: #d9dee5; --card: #f6f8fa; --mark: #0b62c4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa6b5; --line: #333c48; --card: #1a2028; --mark: #6fb1ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; color: var(--ink); background: Canvas; font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); } h3 { margin: 2.5rem 0 .3rem; }
a { color: var(--mark); } nav li { margin: .1rem 0; } nav ul { list-style: none; padding: 0; columns: 2; }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .7rem 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); } .soft { color: var(--soft); } .method { color: var(--mark); font-weight: 700; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--soft); }
h3 code, nav code { overflow-wrap: anywhere; }
@media (max-width: 40rem) { body { padding: 1rem; } nav ul { columns: 1; } table { display: block; overflow-x: auto; } }
`;

/** The page has one style sheet of its own and nothing else: no script, frame, form or image. */
export const docsPageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

type Json = { readonly [key: string]: unknown };

/** The OpenAPI document as one page for people. */
export function renderDocsPage(document: OpenApiDocument): string {
  const operations = operationsOf(document);
  const schemas = Object.entries((document.components?.schemas ?? {}) as Readonly<Record<string, Json>>);
  const tags = document.tags ?? [];
  const ofTag = (tag: string) => operations.filter((operation) => operation.tags[0] === tag);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Why403 API</title>
<style>${style}</style>
</head>
<body>
<h1>Why403 API</h1>
<p>${prose(document.info.description ?? '')}</p>
<p class="soft">Version ${escapeHtml(document.info.version)} · <a href="/openapi.json">OpenAPI document</a> · <a href="#errors">errors</a> · <a href="#schemas">schemas</a></p>
<p>The examples read the token from a variable: <code>WHY403_TOKEN=w403_read_…</code>. Without configured tokens none is needed. APIs, stages and ids in them are made up: <code>/api/v1/labels/api_id/values</code> and <code>/api/v1/events</code> name yours.</p>
<nav>
${tags.map(({ name }) => `<p class="soft">${escapeHtml(name)}</p>\n<ul>\n${ofTag(name).map(navigation).join('\n')}\n</ul>`).join('\n')}
</nav>
${tags
  .map(
    ({ name, description }) =>
      `<h2 id="${slug(name)}">${escapeHtml(name)}</h2>\n<p>${prose(description ?? '')}</p>\n${ofTag(name).map(section).join('\n')}`,
  )
  .join('\n')}
<h2 id="schemas">Schemas</h2>
${schemas.map(([name, schema]) => renderSchema(name, schema)).join('\n')}
<h2 id="errors">Errors</h2>
<p>Every error is <code>application/problem+json</code> with <code>type</code>, <code>title</code>, <code>status</code>, <code>code</code>, <code>detail</code> and <code>retryable</code>.</p>
${errorTable()}
</body>
</html>
`;
}

interface DocumentedOperation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly description?: string;
    readonly content: Readonly<Record<string, { schema: Json }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { schema: Json }>> }>
  >;
  readonly 'x-codeSamples': readonly { readonly label: string; readonly source: string }[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Json;
}

function operationsOf({ paths }: OpenApiDocument): readonly DocumentedOperation[] {
  return Object.entries(paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Omit<DocumentedOperation, 'method' | 'path'>>>).map(
      ([method, operation]) => ({ ...operation, method, path }),
    ),
  );
}

const navigation = ({ operationId, method, path, summary }: DocumentedOperation): string =>
  `<li><a href="#${operationId}"><code>${method.toUpperCase()} ${escapeHtml(path)}</code></a> <span class="soft">${prose(summary)}</span></li>`;

function section(operation: DocumentedOperation): string {
  const { operationId, method, path, summary, description, parameters = [], requestBody, responses } = operation;
  const filters = parameters.filter(isFilter);
  const others = parameters.filter((parameter) => !isFilter(parameter));
  return `<section id="${operationId}">
<h3><span class="method">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code></h3>
<p><strong>${prose(summary)}.</strong> ${prose(description)}</p>
${parameterTable(others)}${filters.length === 0 ? '' : `<details><summary>Filters (${filters.length})</summary>\n${parameterTable(filters)}</details>\n`}${
  requestBody === undefined
    ? ''
    : `<p>Body: ${prose(requestBody.description ?? '')} ${Object.entries(requestBody.content)
        .map(([type, { schema }]) => `<code>${escapeHtml(type)}</code>: ${typeOf(schema)}`)
        .join('; ')}</p>\n`
}${operation['x-codeSamples'].map(({ label, source }) => `<p class="soft">${prose(label)}</p>\n<pre>${escapeHtml(source)}</pre>`).join('\n')}
<table>
<tr><th>Status</th><th>Answer</th></tr>
${Object.entries(responses)
  .map(
    ([status, response]) =>
      `<tr><td>${escapeHtml(status)}</td><td>${prose(response.description)} ${Object.values(response.content ?? {})
        .map(({ schema }) => typeOf(schema))
        .join(', ')}</td></tr>`,
  )
  .join('\n')}
</table>
</section>`;
}

/** Labels and dimensions: many, and the same everywhere. */
const isFilter = ({ description }: Parameter): boolean => /^(?:Only|None of) these: /.test(description ?? '');

function parameterTable(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td class="soft">${place}${required === true ? ', required' : ''}</td><td>${prose(description ?? '')} ${typeOf(schema)}</td></tr>`,
  );
  return `<table>\n<tr><th>Parameter</th><th>In</th><th>Meaning</th></tr>\n${rows.join('\n')}\n</table>\n`;
}

function renderSchema(name: string, schema: Json): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Json>>);
  const required = (schema['required'] ?? []) as readonly string[];
  const head = `<h3 id="schema-${escapeHtml(name)}">${escapeHtml(name)}</h3>\n<p>${prose(String(schema['description'] ?? ''))}</p>`;
  if (properties.length === 0) return `${head}\n<p>${typeOf(schema)}</p>`;
  const rows = properties.map(
    ([field, property]) =>
      `<tr><td><code>${escapeHtml(field)}</code>${required.includes(field) ? '' : ' <span class="soft">optional</span>'}</td><td>${typeOf(property)}</td><td>${prose(String(property['description'] ?? ''))}</td></tr>`,
  );
  return `${head}\n<table>\n<tr><th>Field</th><th>Type</th><th>Meaning</th></tr>\n${rows.join('\n')}\n</table>`;
}

/** A type in words, as HTML; schemas with names are links. */
function typeOf(schema: Json): string {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    return `<a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a>`;
  }
  const choices = (schema['oneOf'] ?? schema['anyOf'] ?? schema['allOf']) as readonly Json[] | undefined;
  if (choices !== undefined) return choices.map(typeOf).join(' or ');
  const words = schema['enum'] as readonly unknown[] | undefined;
  if (words !== undefined) return words.map((word) => `<code>${escapeHtml(String(word))}</code>`).join(', ');
  const types = [schema['type'] ?? 'any'].flat().map(String);
  return types
    .map((type) => {
      if (type === 'array') return `list of ${typeOf((schema['items'] ?? {}) as Json)}`;
      return type === 'object' ? objectType(schema) : escapeHtml(type);
    })
    .join(' or ');
}

function objectType(schema: Json): string {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Json>>);
  const values = schema['additionalProperties'];
  if (properties.length === 0) {
    return typeof values === 'object' && values !== null ? `map of ${typeOf(values as Json)}` : 'object';
  }
  return `{ ${properties.map(([name, property]) => `<code>${escapeHtml(name)}</code>: ${typeOf(property)}`).join('; ')} }`;
}

function errorTable(): string {
  const rows = errorCodes.map((code) => {
    const { status, retryable, title, remedy } = errorCatalogue[code];
    return `<tr id="error-${code}"><td><code>${code}</code></td><td>${status}${retryable ? ', retry' : ''}</td><td>${prose(title)}. ${prose(remedy)}</td></tr>`;
  });
  return `<table>\n<tr><th>Code</th><th>Status</th><th>Meaning</th></tr>\n${rows.join('\n')}\n</table>`;
}

/** Our own descriptions: `code` between backticks. */
const prose = (text: string): string => escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>');

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z]+/g, '-');
