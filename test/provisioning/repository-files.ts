import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export const readText = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** A key that stands twice, or anything else that is not right, throws. */
export const readYaml = (path: string): unknown => parse(readText(path), { merge: true, strict: true });

export const filesOf = (folder: string): readonly string[] =>
  readdirSync(new URL(`../../${folder}`, import.meta.url)).map((name) => `${folder}/${name}`);
