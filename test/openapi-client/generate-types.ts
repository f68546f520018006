import openapiTS, { astToString } from 'openapi-typescript';

/** TypeScript types of an OpenAPI document. Here, because the generator and its compiler are dependencies of this folder. */
export async function generateTypes(document: string, options: Parameters<typeof openapiTS>[1] = {}): Promise<string> {
  return astToString(await openapiTS(document, options));
}
