import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causeCatalogue } from '../../parsers/src/classify/causes.js';
import { type Explanation, explainText } from '../../parsers/src/engine/explain.js';
import { causes } from '../../parsers/src/model/index.js';
import { checkScenario } from './check-scenario.js';
import { parseScenario, type Scenario } from './scenario-file.js';

const root = new URL('./', import.meta.url);

/** Folders that are no cause: look-alikes, inputs that do not show the outcome, pastes of several requests. */
const otherFolders = ['mixed', 'not_refused', 'undetermined'];

const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

const read = (path: string): Scenario => parseScenario(readFileSync(new URL(path, root), 'utf8'), path);

const filesOf = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, root))
    .filter((file) => file.endsWith('.scenario'))
    .sort()
    .map((file) => `${folder}/${file}`);

const explain = (scenario: Scenario): Explanation =>
  explainText(scenario.input, {
    ...(scenario.template === null ? {} : { accessLogFormat: scenario.template }),
    ...(scenario.api === null ? {} : { apiId: scenario.api }),
    ...(scenario.stage === null ? {} : { stage: scenario.stage }),
    ...(scenario.config === null ? {} : { config: scenario.config }),
  });

for (const folder of folders) {
  describe(folder, () => {
    for (const file of filesOf(folder)) {
      it(file.slice(folder.length + 1, -'.scenario'.length).replaceAll('_', ' '), () => {
        const scenario = read(file);
        expect(checkScenario(scenario, explain(scenario)), scenario.note).toEqual([]);
      });
    }
  });
}

describe('the set of scenarios', () => {
  it('has a folder for every cause and for nothing else', () => {
    expect(folders).toEqual([...causes, ...otherFolders].sort());
  });

  it.each(folders)('%s is not empty', (folder) => {
    expect(filesOf(folder).length).toBeGreaterThan(0);
  });

  it.each(causeCatalogue)('$cause has a scenario from each kind of input that can show it', ({ cause, shownBy }) => {
    const kinds = new Set(filesOf(cause).map((file) => read(file).kind));
    expect(shownBy.filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  it('reaches every detail of every cause', () => {
    const reached = new Set<string>();
    for (const file of folders.flatMap(filesOf)) {
      for (const { verdict } of explain(read(file)).requests) reached.add(`${verdict.cause} ${verdict.detail}`);
    }
    const all = causeCatalogue.flatMap(({ cause, details }) => details.map(({ detail }) => `${cause} ${detail}`));
    expect(all.filter((detail) => !reached.has(detail))).toEqual([]);
  });

  it.each(causes)('every scenario in %s names this cause in one of its verdicts or alternatives', (cause) => {
    const strangers = filesOf(cause).filter((file) => {
      const named = read(file).requests.flatMap((r) => [
        ...r.causes,
        ...(r.considers ?? []),
        ...(r.alternativesContain ?? []),
      ]);
      return !named.includes(cause);
    });
    expect(strangers).toEqual([]);
  });
});
