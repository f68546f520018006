import { createOpenApiDocument, type OpenApiDocument } from '../../../server/src/api/openapi.js';
import { createOperations } from '../../../server/src/api/operations.js';
import { apiDeps } from '../../server/api/start-api.js';

/** What the plugin asks the service for. To add one: a line here, then `npm run generate:api-types`. */
const pluginOperations = [
  'readSeries',
  'readSpikes',
  'readSpikeSeries',
  'readNewCauses',
  'readCoverage',
  'readTop',
  'readSamples',
  'readEventReport',
  'readAnnotations',
  'listLabels',
  'listLabelValues',
  'listCauses',
  'readSources',
];

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

interface Parameter {
  readonly name: string;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: JsonObject;
}

/**
 * The part of the service's OpenAPI document that the plugin uses: its operations without the filters (one for each label and
 * dimension, twice), what they answer, and `Problem`, which every error is.
 */
export function createPluginDocument(): OpenApiDocument {
  const document = createOpenApiDocument(createOperations(apiDeps()), '1');
  const paths = Object.fromEntries(
    Object.entries(document.paths ?? {}).flatMap(([path, item]) => {
      const operation = (item as { get?: DocumentedOperation }).get;
      return operation !== undefined && pluginOperations.includes(operation.operationId)
        ? [[path, { get: shorten(operation) }]]
        : [];
    }),
  );
  const schemas = (document.components?.schemas ?? {}) as unknown as JsonObject;
  const used = reachable([paths as unknown as Json, { $ref: '#/components/schemas/Problem' }], schemas);
  return {
    openapi: document.openapi,
    info: { title: document.info.title, version: document.info.version },
    paths,
    components: { schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name))) },
  } as OpenApiDocument;
}

function shorten({ operationId, parameters = [], responses }: DocumentedOperation): JsonObject {
  const filters = parameters.flatMap(({ name }) => (name.startsWith('not.') ? [name, name.slice('not.'.length)] : []));
  return {
    operationId,
    parameters: parameters.filter(({ name }) => !filters.includes(name)) as unknown as Json,
    responses: Object.fromEntries(Object.entries(responses).filter(([status]) => status === '200' || status === '400')),
  };
}

/** Names of the schemas that these refer to, directly or through others. */
function reachable(roots: readonly Json[], schemas: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  const open: Json[] = [...roots];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') {
      const name = /^#\/components\/schemas\/(.+)$/.exec(next)?.[1];
      const schema = name === undefined || found.has(name) ? undefined : schemas[name];
      if (name === undefined || schema === undefined) continue;
      found.add(name);
      open.push(schema);
    } else if (typeof next === 'object' && next !== null) open.push(...(Object.values(next) as Json[]));
  }
  return found;
}
