import { readdirSync, readFileSync } from 'node:fs';
import { parseScenario } from '../scenarios/scenario-file.js';

/** An input of the scenarios and how it is read. */
export interface SeedInput {
  readonly name: string;
  readonly text: string;
  readonly template: string | null;
}

const folder = new URL('../scenarios/', import.meta.url);

/** Every scenario's input: real shapes of every kind to start from. */
export function readScenarioSeeds(): readonly SeedInput[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.scenario'));
  return paths.sort().map((path) => {
    const { input, template } = parseScenario(readFileSync(new URL(path, folder), 'utf8'), path);
    return { name: path, text: input, template };
  });
}
