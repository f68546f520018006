import type { EntryFormat } from '../model/entry-format.js';
import { accept, refuse } from '../model/result.js';
import { toAccessFacts } from './access-facts.js';
import type { AccessLogTemplate } from './template.js';

/** Reads lines of one stage whose format is known; `exact`: those only that have it to the letter. */
export function createTemplateFormat(template: AccessLogTemplate, exact = false): EntryFormat {
  return {
    name: 'template',
    claims: (entry) => looksLike(template, entry.text),
    parse(entry) {
      const values = exact ? template.parseExact(entry.text) : template.parse(entry.text);
      if (values === null) {
        return refuse(
          'template_mismatch',
          'expected a line of the given access log format, got another layout; check that --access-log-format is the accessLogSettings.format of this stage',
        );
      }
      return accept([toAccessFacts(values, entry, 'template')]);
    },
  };
}

/** Cheap look: the constant text before the first variable, or for JSON a brace. */
function looksLike(template: AccessLogTemplate, text: string): boolean {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  const [first] = template.pieces;
  if (first?.kind !== 'literal') return true;
  return template.kind === 'json' ? text[at] === first.text[0] : text.startsWith(first.text, at);
}
