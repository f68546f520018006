// Beside vitest's own report: each failure in a few lines, in the file that WHY403_FAILURES names. test/run.mjs repeats them at its end,
// so that they are in the last lines of a log, where CI systems cut.
import { appendFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const firstLines = 12;

export default class FailuresReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const failures = [...modules.flatMap((module) => [...failuresOf(module)]), ...unhandledErrors.map(unhandled)];
    const file = process.env.WHY403_FAILURES;
    if (file !== undefined && failures.length > 0) appendFileSync(file, `${failures.join('\n\n')}\n`);
  }
}

function* failuresOf(module) {
  const file = module.relativeModuleId;
  // What failed outside of tests: when a file was loaded, or in a hook.
  for (const error of module.errors()) yield `${file}\n${told(error)}`;
  for (const suite of module.children.allSuites()) {
    for (const error of suite.errors()) yield `${file} > ${suite.fullName}\n${told(error)}`;
  }
  for (const test of module.children.allTests('failed')) {
    yield `${file} > ${test.fullName}\n${test.result().errors.map(told).join('\n')}`;
  }
}

const unhandled = (error) => `an error that no test handled${error.type ? ` (${error.type})` : ''}\n${told(error)}`;

function told({ message, diff, stacks }) {
  const at = stacks?.[0] && `at ${stacks[0].file}:${stacks[0].line}`;
  const lines = [message, diff, at].filter(Boolean).join('\n').split('\n').slice(0, firstLines);
  return stripVTControlCharacters(lines.map((line) => `    ${line}`).join('\n'));
}
