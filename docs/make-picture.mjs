#!/usr/bin/env node
// Draws docs/explain.svg from the real output of `why403 explain` on one sample line: node docs/make-picture.mjs
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const logs = [
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) Extended Request Id: XpA6qCk7joEFdLQ=',
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) Starting authorizer: auth01 for request: 5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006',
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) Authorizer result body before parsing: {"principalId":"u","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/DELETE/orders/*"}]}}',
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) Successfully completed authorizer execution',
  '(5d1f0c3e-7a42-4b1e-9f60-2c8a7e41b006) The client is not authorized to perform this operation.',
];
const command = 'pbpaste | npx why403 explain';
const run = spawnSync(process.execPath, [path('../server/bin/why403.js'), 'explain', '-'], {
  input: `${logs.join('\n')}\n`,
  env: { ...process.env, FORCE_COLOR: '1' },
  encoding: 'utf8',
});
const lines = run.stdout.trimEnd().split('\n').slice(0, 34);

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

const state = { bold: false, dim: false, underline: false, colour: '#e6edf3' };
const step = 19;
const rows = [
  `<tspan fill="#7ee787">$</tspan> <tspan fill="#e6edf3">${escapeXml(command)}</tspan>`,
  ...lines.map((l) => spans(l, state)),
];
const height = rows.length * step + 44;
const body = rows.map((row, i) => `<text x="20" y="${36 + i * step}" xml:space="preserve">${row}</text>`).join('\n');
writeFileSync(
  path('explain.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="${height}" viewBox="0 0 900 ${height}" role="img" aria-label="why403 explain names the cause, the proof and the fix">
<rect width="900" height="${height}" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13.5">
${body}
</g>
</svg>
`,
);
