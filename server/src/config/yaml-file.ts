import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { ConfigProblem } from './problem.js';

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

export interface ReadConfigFile {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** `why403.yaml:3`, or null when the file does not hold the path. */
  originOf(path: readonly PropertyKey[]): string | null;
}

/** Reads YAML 1.2. The parser's own messages quote the text, which may hold secrets: only place and kind are told. */
export function readConfigFile({ path, text }: ConfigFile): ReadConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const at = (offset: number): string => `${path}:${lines.linePos(offset).line}`;
  const failed = (origin: string, sentence: string): ReadConfigFile => ({
    value: {},
    problems: [{ key: '', origin, sentence }],
    originOf: () => null,
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const sentence = sentences[error.code] ?? `This is not YAML (${error.code.toLowerCase().replaceAll('_', ' ')}).`;
    return failed(at(error.pos[0]), sentence);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch {
    return failed(path, 'An alias stands for nothing, or aliases unfold to too much: write the values out.');
  }
  if (document.contents !== null && !isMap(document.contents) && !isEmptyScalar(document.contents)) {
    return failed(path, 'Expected a map of sections such as "listen:", came something else.');
  }
  return {
    value,
    problems: [],
    originOf(keys) {
      for (let length = keys.length; length > 0; length--) {
        const offset = offsetOf(document, keys.slice(0, length));
        if (offset !== null) return at(offset);
      }
      return null;
    },
  };
}

/** Where the last key of a path stands, or the list's entry; null when the file does not hold the path. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1) as unknown[], true);
  const last = path.at(-1);
  const found = isMap(parent)
    ? parent.items.map(({ key }) => key).find((key) => isScalar(key) && key.value === last)
    : isSeq(parent)
      ? parent.items[Number(last)]
      : null;
  return isNode(found) && found.range != null ? found.range[0] : null;
}

const isEmptyScalar = (node: unknown): boolean => isScalar(node) && node.value === null;

const sentences: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'A key stands here that its section already has.',
  TAB_AS_INDENT: 'YAML is indented by blanks, and here stands a tab.',
  MULTIPLE_DOCS: 'One file holds one document: remove the "---" here.',
};
