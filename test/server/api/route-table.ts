import { type Api, bearer } from './start-api.js';

export interface Route {
  readonly method: string;
  /** With parameters filled in by the examples of the document. */
  readonly path: string;
  /** As the document has it. */
  readonly template: string;
  readonly operation: DocumentedOperation;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { in: string; name: string; required?: boolean; example?: unknown }[];
  readonly requestBody?: { content: Record<string, { examples?: Record<string, { value: unknown }> }> };
  readonly 'x-codeSamples': readonly { label: string; source: string }[];
}

/** The route table as callers see it. */
export async function readRoutes(api: Api): Promise<readonly Route[]> {
  const response = await api.fetch('/openapi.json', { headers: bearer('admin') });
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, DocumentedOperation>> };
  return Object.entries(paths).flatMap(([template, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      template,
      path: fill(template, operation),
      operation,
    })),
  );
}

function fill(template: string, { parameters = [] }: DocumentedOperation): string {
  const required = parameters.filter(({ in: place, required }) => place === 'query' && required === true);
  const query = new URLSearchParams(
    required.map(({ name, example }): [string, string] => [name, String(example)]),
  ).toString();
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(parameters.find((parameter) => parameter.name === name)?.example)),
  );
  return query === '' ? path : `${path}?${query}`;
}
