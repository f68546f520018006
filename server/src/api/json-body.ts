import type { z } from 'zod';
import { ApiError } from './errors/api-error.js';
import { describeIssue } from './parse-request.js';

/** What a body holds, as the schema knows it; `example` is shown to whoever sent something else. */
export function parseJsonBody<Schema extends z.ZodType>(
  bytes: Uint8Array,
  schema: Schema,
  example: string,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own words quote the body.
    throw new ApiError('body_invalid', `body: expected JSON in UTF-8, such as ${example}, came something else.`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 20).map((issue) => ({
    where: `body ${issue.path.join('.')}`.trim(),
    message: describeIssue(issue, value),
  }));
  throw new ApiError('body_invalid', `${faults[0]?.where}: ${faults[0]?.message}`, { faults });
}
