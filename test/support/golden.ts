import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/**
 * Compares with files of test/fixtures/<folder>. A missing golden fails; it is written only on request, `UPDATE_GOLDEN=1 npx vitest
 * run <the test>`, and then read by a person.
 */
export const goldenIn =
  (folder: string) =>
  (name: string, actual: string): void => {
    const path = fileURLToPath(new URL(`../fixtures/${folder}/${name}`, import.meta.url));
    const { UPDATE_GOLDEN } = process.env;
    if (UPDATE_GOLDEN === '1') {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, actual);
    }
    expect(existsSync(path), `the golden file ${name} is missing`).toBe(true);
    expect(actual).toBe(readFileSync(path, 'utf8'));
  };
