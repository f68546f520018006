import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const filesOf = (folder: string): string[] =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'grafana-plugin/README.md', 'test/scenarios/README.md'],
  ...filesOf('docs').filter((name) => name.endsWith('.md')),
];

const withoutBlocks = (text: string): string => text.replace(/^ *```.*?^ *```/gms, '');
const withoutCode = (text: string): string => withoutBlocks(text).replace(/`[^`\n]*`/g, '`');

/** What a page leads to in this repository: links, and pictures of markdown and HTML. */
function targetsOf(page: string): string[] {
  const found = withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)|\s(?:src|srcset|href)="([^"]+)"/g);
  return [...found].map(([, link, attribute]) => link ?? attribute ?? '').filter((target) => !/^[a-z]+:/.test(target));
}

/** Names of the headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = withoutBlocks(read(page)).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-'),
  );
}

const pathOf = (page: string, target: string): string => {
  const [path = ''] = target.split('#');
  return path === '' ? page : join(dirname(page), path);
};

describe.each(pages)('%s', (page) => {
  it('leads to files that are there', () => {
    const lost = targetsOf(page).filter((target) => !existsSync(join(repository, pathOf(page, target))));
    expect(lost).toEqual([]);
  });

  it('leads to headings that are there', () => {
    const lost = targetsOf(page).filter((target) => {
      const [, anchor] = target.split('#');
      const path = pathOf(page, target);
      return anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).includes(anchor);
    });
    expect(lost).toEqual([]);
  });
});

describe('pictures of the docs', () => {
  const pictures = filesOf('docs').filter((name) => /\.(?:png|svg)$/.test(name));

  it('are each shown by a page', () => {
    const shown = new Set(pages.flatMap((page) => targetsOf(page).map((target) => pathOf(page, target))));
    expect(pictures.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('are there in light and in dark, and tell in words what they show', () => {
    for (const page of pages) {
      for (const [picture] of read(page).matchAll(/<picture>.*?<\/picture>/gs)) {
        const dark = /<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)-dark\.png">/.exec(picture)?.[1];
        const light = /<img [^>]*src="([^"]+)-light\.png">/.exec(picture)?.[1];
        expect([page, dark]).toEqual([page, light]);
        expect(/ alt="([^"]*)"/.exec(picture)?.[1]?.length, picture).toBeGreaterThan(40);
      }
    }
  });
});
