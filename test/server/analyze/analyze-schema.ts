import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

export const analyzeSchema = JSON.parse(
  readFileSync(new URL('../../../docs/analyze.schema.json', import.meta.url), 'utf8'),
);

const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(analyzeSchema);

/** What is wrong with an output of `analyze --json`; empty when nothing is. */
export function analyzeSchemaErrors(output: string): readonly string[] {
  return validate(JSON.parse(output)) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
}
