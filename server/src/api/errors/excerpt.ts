import { visibleExcerpt } from '../../text/visible.js';

/** Input as an error may quote it: at most 80 characters, unsafe ones escaped. */
export function excerpt(text: string): string {
  return `"${visibleExcerpt(text, 80)}"`;
}
