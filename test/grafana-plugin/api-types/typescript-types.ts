import type { OpenApiDocument } from '../../../server/src/api/openapi.js';
import { generateTypes } from '../../openapi-client/generate-types.js';
import { generatedBy } from './generated-by.js';

/** What `grafana-plugin/src/api/types.gen.ts` holds: types of each schema by its name, and the values of each closed set. */
export async function renderTypeScriptTypes(document: OpenApiDocument): Promise<string> {
  const types = await generateTypes(JSON.stringify(document), {
    enumValues: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    rootTypesKeepCasing: true,
  });
  return `// ${generatedBy}\n/* eslint-disable */\n${types}`;
}
