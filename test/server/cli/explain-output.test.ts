import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causeCatalogue } from '../../../parsers/src/classify/causes.js';
import { explainText } from '../../../parsers/src/engine/explain.js';
import { explainJson } from '../../../server/src/cli/explain-json.js';
import { renderExplanation } from '../../../server/src/cli/explain-text.js';
import { parseScenario } from '../../scenarios/scenario-file.js';
import { explainSchemaErrors } from './explain-schema.js';

const root = new URL('../../scenarios/', import.meta.url);
const files = (readdirSync(root, { recursive: true }) as string[]).filter((name) => name.endsWith('.scenario')).sort();

/** Real answers of the engine, for every kind of input and every cause. */
function explainScenario(file: string) {
  const { input, template, api, stage } = parseScenario(readFileSync(new URL(file, root), 'utf8'), file);
  return explainText(input, {
    ...(template === null ? {} : { accessLogFormat: template }),
    ...(api === null ? {} : { apiId: api }),
    ...(stage === null ? {} : { stage }),
  });
}

describe('both outputs of the engine’s real answers', () => {
  it('finds scenarios', () => {
    expect(files.length).toBeGreaterThan(50);
  });

  it.each(files)('%s: JSON fits the schema, the text has each reason and each command whole', (file) => {
    const explanation = explainScenario(file);
    expect(explainSchemaErrors([...explainJson(explanation)].join(''))).toEqual([]);

    const style = { colors: false, width: 100 };
    const text = renderExplanation(explanation, { style, causes: causeCatalogue });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const flowing = text.replaceAll(/\s+/g, ' ');
    for (const { verdict } of explanation.requests.slice(0, 12)) {
      expect(flowing).toContain(verdict.reason.replaceAll(/\s+/g, ' '));
      if (verdict.outcome !== 'refused') continue;
      for (const command of verdict.remedy.commands) expect(text).toContain(`\n      ${command}\n`);
    }
  });
});
