import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const plugin = fileURLToPath(new URL('../../grafana-plugin/', import.meta.url));

function sources(folder: string, ofTests: RegExp, ends: RegExp): readonly string[] {
  return readdirSync(join(plugin, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => ends.test(path) && !ofTests.test(path));
}

/** Lines of the files that match, as `path:line text`; comments may say what they like. */
function found(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    readFileSync(join(plugin, path), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) && !/^\s*(?:\/[/*]|\*)/.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [],
      ),
  );
}

// A plugin that does one of these is turned down for Grafana's catalogue.
describe("the plugin's sources", () => {
  const page = sources('src', /\.test\.tsx?$|test-support/, /\.tsx?$/);
  const backend = sources('pkg', /_test\.go$/, /\.go$/);

  it.each([
    ['write to the console', /\bconsole\.\w+\(/],
    ['stop people with a dialog of the browser', /(?<![\w.])(?:alert|confirm|prompt)\(/],
    ["touch the page's address", /\bwindow\.location|\bdocument\.location|\blocation\.href/],
    ['open a window that can reach back', /window\.open\((?![^)]*noopener)/],
    ['run text', /\beval\(|new Function\(|dangerouslySetInnerHTML|\.innerHTML\b/],
    ['style what is not theirs', /import\s+'[^']+\.(?:css|scss|sass)'|injectGlobal|\bgf-form/],
    ['silence the compiler', /@ts-ignore|@ts-nocheck|:\s*any\b|\bas any\b/],
    ['ask the query route past the backend class', /['"`/]api\/ds\/query/],
    ['test the connection in the browser', /\btestDatasource\b/],
  ])('never %s', (_, pattern) => {
    expect(page.length).toBeGreaterThan(5);
    expect(found(page, pattern)).toEqual([]);
  });

  it.each([
    ['read the environment', /\bos\.(?:Getenv|LookupEnv|Environ|ExpandEnv)\b/],
    [
      'touch files',
      /\bos\.(?:Open|Create|ReadFile|WriteFile|ReadDir|Mkdir\w*|Remove\w*|Stat)\b|"io\/ioutil"|"path\/filepath"/,
    ],
    ['start programs or call the system', /"os\/exec"|"syscall"|"unsafe"|"plugin"|golang\.org\/x\/sys/],
    ['print instead of logging', /\bfmt\.(?:Print|Fprint\w*\(os\.)|(?<![\w.])print(?:ln)?\(|^\s*"log"$/],
    ['import Grafana itself', /"github\.com\/grafana\/grafana\//],
  ])('of the backend never %s', (_, pattern) => {
    expect(backend.length).toBeGreaterThan(5);
    expect(found(backend, pattern)).toEqual([]);
  });
});
