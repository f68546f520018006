import type { Example, Operation } from './operation.js';

/** One shell word. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Path and query of an example. */
export function exampleUrl({ path }: Operation, example: Example): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(example.params?.[name] ?? ''));
  const query = new URLSearchParams(
    (example.query ?? []).map(([name, value]): [string, string] => [name, value]),
  ).toString();
  return query === '' ? filled : `${filled}?${query}`;
}

/** The example as a command; `baseUrl` and the token's variable are the reader's. */
export function curlCommand(operation: Operation, example: Example, baseUrl: string): string {
  const parts = [
    operation.answer.contentType === 'text/event-stream' ? 'curl -sSN' : 'curl -sS',
    ...(operation.method === 'delete' ? ['-X DELETE'] : []),
    quoted(`${baseUrl}${exampleUrl(operation, example)}`),
  ];
  if (operation.access !== 'open') parts.push('-H "Authorization: Bearer $WHY403_TOKEN"');
  for (const [name, value] of Object.entries(example.headers ?? {})) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (example.body !== undefined) {
    parts.push(`-H ${quoted(`Content-Type: ${example.body.contentType}`)}`);
    parts.push(`--data-binary ${quoted(example.body.text)}`);
  }
  return parts.join(' \\\n  ');
}
