import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';

const bundle = new URL('../../../parsers/dist/engine.js', import.meta.url);

const sample = readFileSync(new URL('../../../server/samples/mixed.txt', import.meta.url), 'utf8');

// A realm with JavaScript and the two globals that Node and browsers share; no process, Buffer, require, timers, clock or chance.
it('the built engine explains a request where there is nothing of Node', () => {
  const code = readFileSync(bundle, 'utf8');
  expect(code).not.toMatch(/^import /m);
  const exported = /export \{([^}]*)\};/.exec(code)?.[1] ?? '';
  expect(exported).toContain('explainText');
  const realm = createContext({ TextDecoder, TextEncoder });
  runInContext(
    `class PureDate extends Date { constructor(ms) { if (ms === undefined) throw new Error('a clock was read'); super(ms); } }
     PureDate.now = undefined; globalThis.Date = PureDate; Math.random = undefined;`,
    realm,
  );
  runInContext(code.replace(/export \{[^}]*\};/, 'globalThis.explainText = explainText;'), realm);
  const causes = runInContext(
    `explainText(${JSON.stringify(sample)}).requests.map((r) => r.verdict.cause).filter(Boolean)`,
    realm,
  ) as string[];
  expect(causes).toContain('waf_blocked');
  expect(causes.length).toBeGreaterThan(4);
});
