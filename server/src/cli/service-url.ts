import { UsageError } from './usage-error.js';

/** Where `why403 serve` listens unless it is told otherwise. */
export const usualServiceUrl = 'http://127.0.0.1:4030';

/** Throws `UsageError` for what is no address of http. */
export function serviceUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`"${text}" is not the address of a service.`, `For example: --url ${usualServiceUrl}`);
}
