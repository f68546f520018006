import { type AccessLogTemplate, compileAccessLogFormat } from '../../../parsers/src/index.js';
import type { DemoFeed } from '../../../server/src/demo/log-formats.js';

export function templateOf({ template }: DemoFeed): AccessLogTemplate {
  const compiled = compileAccessLogFormat(template);
  if (!compiled.ok) throw new Error(compiled.detail);
  return compiled.value;
}
