import { errorCatalogue, errorCodes } from './catalogue.js';

/** docs/errors.md; a test keeps the file and the catalogue together. */
export function renderErrorDocs(): string {
  const rows = errorCodes.map((code) => {
    const { status, retryable, title, remedy } = errorCatalogue[code];
    return `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${title} | ${remedy} |`;
  });
  return `# Errors of the API

Generated from \`server/src/api/errors/catalogue.ts\`; do not edit.

Every error is \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, \`code\`, \`detail\` (what was expected, what came,
what to do), \`retryable\`, and for faulty requests \`errors\` (\`where\`, \`message\`). Programs decide by \`code\`, which never changes its
meaning. Errors that can be retried carry \`Retry-After\` in seconds; the same request, unchanged, may succeed then.

| code | status | retry | title | what to do |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
