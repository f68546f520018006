import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

export const explainSchema = JSON.parse(
  readFileSync(new URL('../../../docs/explain.schema.json', import.meta.url), 'utf8'),
);

const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(explainSchema);

/** What is wrong with an output of `explain --json`; empty when nothing is. */
export function explainSchemaErrors(output: string): readonly string[] {
  return validate(JSON.parse(output)) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
}
