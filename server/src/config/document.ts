import { stringify } from 'yaml';
import { sectionText } from './key.js';
import { exampleText } from './problem.js';
import { configSchema } from './schema.js';
import { type ConfigKey, childrenOf, configKeys, elementsOf, type Node, nodeOf } from './schema-tree.js';

/** docs/configuration.md, made of the schema. `exitCodes` and `metrics` are tables of their own. */
export function configurationDocument(parts: { readonly exitCodes: string; readonly metrics: string }): string {
  return `# Configuration

<!-- Made of server/src/config/schema.ts: change it there, then UPDATE_GOLDEN=1 npx vitest run test/server/config -->

\`why403 serve\` runs without any. What shall differ from the defaults stands in one YAML file (\`why403 serve --config why403.yaml\`, or
\`WHY403_CONFIG\`) or in environment variables, which are stronger; options of the command line are stronger still. Lists and maps
are written as JSON in a variable. A key without a value and an empty variable count as not given. At start everything that is wrong is told
at once, and the service does not start. Nothing is read again while it runs.

${childrenOf(nodeOf(configSchema))
  .map(([name]) => sectionDocument(name))
  .join('\n')}
## Complete example

\`\`\`yaml
${exampleFile()}\`\`\`

${parts.exitCodes}
${parts.metrics}`;
}

function sectionDocument(name: string): string {
  const keys = configKeys().filter(({ path }) => path[0] === name);
  const text = sectionText.get(sectionSchema(name))?.text;
  const intro = text === undefined ? '' : `${text}\n\n`;
  const lists = keys.flatMap(({ path, node }) =>
    elementsOf(node).map((element) => elementDocument(path.join('.'), node, element)),
  );
  return `## ${name}\n\n${intro}${keyTable(keys.map(keyRow))}${lists.join('')}`;
}

const sectionSchema = (name: string) =>
  configSchema.def.innerType.shape[name as keyof typeof configSchema.def.innerType.shape];

/** The keys of what stands in a list or map. */
function elementDocument(name: string, list: Node, element: Node): string {
  const children = childrenOf(element);
  if (children.length === 0) return '';
  const kind = children.find(([child]) => child === 'kind');
  const which = kind === undefined ? '' : ` of kind \`${exampleText(nodeOf(kind[1]).info?.example)}\``;
  const what = list.type === 'record' ? `\`${name}.<name>\`` : `An entry of \`${name}\`${which}`;
  const rows = children.map(([child, schema]) => {
    const { info, standard } = nodeOf(schema);
    return [
      `\`${child}\``,
      info?.expected ?? '',
      defaultText(standard),
      info?.description ?? '',
      `\`${exampleText(info?.example)}\``,
    ];
  });
  return `\n${what}:\n\n${table(['key', 'expected', 'default', 'meaning', 'example'], rows)}`;
}

function keyRow({ path, variable, node }: ConfigKey): string[] {
  const secret = node.info.secret === true ? ' Secret: never shown.' : '';
  return [
    `\`${path.join('.')}\``,
    node.info.expected,
    defaultText(node.standard),
    `${node.info.description}${secret}`,
    `\`${variable}\``,
  ];
}

const keyTable = (rows: readonly string[][]): string =>
  table(['key', 'expected', 'default', 'meaning', 'variable'], rows);

function defaultText(standard: unknown): string {
  if (standard === undefined) return 'must be given';
  if (standard === null || standard === '') return 'none';
  return `\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``;
}

/** A Markdown table with columns of one width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [first, ...others] = cells.map(line);
  return `${[first, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others].join('\n')}\n`;
}

/** Every key with its example. */
export function exampleFile(): string {
  return stringify(exampleOf(nodeOf(configSchema)), { lineWidth: 0 });
}

function exampleOf(node: Node): unknown {
  if (node.info !== null && node.type !== 'object') return node.info.example;
  return Object.fromEntries(childrenOf(node).map(([name, schema]) => [name, exampleOf(nodeOf(schema))]));
}
