import { describe, expect, it } from 'vitest';
import { dist, listFiles, readDist, readPluginJson } from './built-plugin.js';

describe('what people read', () => {
  const readme = readDist('README.md');

  it('is a page of our own, without the words of those who build it', () => {
    expect(readme).toMatch(/^# Why403\n/);
    expect(readme.length).toBeGreaterThan(1000);
    expect(readme).not.toMatch(/<!--|plugin template|\byarn\b|\bnpm\b|\bnode\.?js\b/i);
  });

  it('has links that lead somewhere from wherever it is shown', () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((target) => !target?.startsWith('https://'))).toEqual([]);
  });

  it('tells what changed in this version', () => {
    expect(readDist('CHANGELOG.md')).toContain(`## ${readPluginJson().info.version}`);
  });

  it('has a licence', () => {
    expect(readDist('LICENSE')).toMatch(/Apache License\s+Version 2\.0/);
  });

  it('has pictures that cannot run anything', () => {
    const harmless = ['svg', 'title', 'g', 'path', 'rect', 'circle', 'defs', 'linearGradient', 'stop'];
    for (const path of listFiles(dist).filter((name) => name.endsWith('.svg'))) {
      const svg = readDist(path);
      const elements = [...svg.matchAll(/<\s*([a-zA-Z!?:]+)/g)].map(([, name = '']) => name);
      expect([path, elements.filter((name) => !harmless.includes(name))]).toEqual([path, []]);
      expect([path, /\son\w+\s*=|href\s*=|url\(|javascript:/i.test(svg)]).toEqual([path, false]);
    }
  });
});
