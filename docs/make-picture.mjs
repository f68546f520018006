#!/usr/bin/env node
// Draws docs/explain.svg and docs/analyze.svg from the real output of the built program, always the same:
// npm run build && node docs/make-picture.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linesOfWindow } from '../server/dist/demo/demo-lines.js';
import { createWorld } from '../server/dist/demo/world.js';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const logs = [
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) Extended Request Id: XpA6qCk7joEFdLQ=',
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) Starting authorizer: auth01 for request: 5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006',
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) Authorizer result body before parsing: {"principalId":"u","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/DELETE/orders/*"}]}}',
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) Successfully completed authorizer execution',
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) The client is not authorized to perform this operation.',
];

/** What the command prints on a terminal, in lines. */
function outputOf(args, options) {
  const run = spawnSync(process.execPath, [path('../server/bin/why403.js'), ...args], {
    ...options,
    env: { PATH: process.env['PATH'], FORCE_COLOR: '1' },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trimEnd().split('\n');
}

/** A morning of the demo company in which an authorizer begins to deny everybody. */
function demoLog() {
  const from = Date.UTC(2026, 4, 14, 5);
  let text = '';
  for (const feeds of linesOfWindow(createWorld(403), from, from + 4 * 3_600_000)) {
    for (const { name, bytes } of feeds) if (name === 'demo-rest') text += new TextDecoder().decode(bytes);
  }
  return text;
}

const analyzeArgs = ['analyze', 'access.log', '--api', 'o4r8t1wz6c'];

/** Head, causes, time and the two most frequent causes; what is left out between them is marked. */
function analyzeLines() {
  const folder = mkdtempSync(join(tmpdir(), 'why403-picture-'));
  try {
    writeFileSync(join(folder, 'access.log'), demoLog());
    const sections = outputOf(analyzeArgs, { cwd: folder }).join('\n').split('\n\n');
    const isCause = (section) => section.includes(' refused: ');
    const [head, ...others] = sections;
    const causes = others.filter(isCause).slice(0, 2);
    return [head, ...others.slice(0, 2), '\u001b[2m…\u001b[22m', ...causes].join('\n\n').split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const colours = new Map([
  ['31', '#ff7b72'],
  ['32', '#7ee787'],
  ['33', '#e3b341'],
  ['34', '#79c0ff'],
  ['35', '#d2a8ff'],
  ['36', '#76e3ea'],
  ['90', '#8b949e'],
  ['91', '#ffa198'],
  ['92', '#7ee787'],
  ['93', '#f2cc60'],
  ['94', '#79c0ff'],
  ['95', '#d2a8ff'],
  ['96', '#76e3ea'],
]);
const escapeXml = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

function spans(line, state) {
  let out = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours are control characters
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code === undefined) {
      if (part === '') continue;
      const style = [
        `fill="${state.dim ? '#8b949e' : state.colour}"`,
        state.bold ? 'font-weight="700"' : '',
        state.underline ? 'text-decoration="underline"' : '',
      ];
      out += `<tspan ${style.filter(Boolean).join(' ')}>${escapeXml(part)}</tspan>`;
    } else if (code === '1') state.bold = true;
    else if (code === '2') state.dim = true;
    else if (code === '22') state.bold = state.dim = false;
    else if (code === '4') state.underline = true;
    else if (code === '24') state.underline = false;
    else if (code === '39' || code === '0') state.colour = '#e6edf3';
    else state.colour = colours.get(code) ?? state.colour;
  }
  return out;
}

const step = 19;
function draw(file, label, command, lines) {
  const state = { bold: false, dim: false, underline: false, colour: '#e6edf3' };
  const rows = [
    `<tspan fill="#7ee787">$</tspan> <tspan fill="#e6edf3">${escapeXml(command)}</tspan>`,
    ...lines.map((l) => spans(l, state)),
  ];
  const height = rows.length * step + 44;
  const body = rows.map((row, i) => `<text x="20" y="${36 + i * step}" xml:space="preserve">${row}</text>`).join('\n');
  writeFileSync(
    path(file),
    `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="${height}" viewBox="0 0 900 ${height}" role="img" aria-label="${label}">
<rect width="900" height="${height}" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13.5">
${body}
</g>
</svg>
`,
  );
}

draw(
  'explain.svg',
  'why403 explain names the cause, the proof and the fix',
  'pbpaste | npx why403 explain',
  outputOf(['explain', '-'], { input: `${logs.join('\n')}\n` }).slice(0, 34),
);
draw(
  'analyze.svg',
  'why403 analyze sums up a log: causes, when, where, whose, and what to do',
  `npx why403 ${analyzeArgs.join(' ')}`,
  analyzeLines(),
);
