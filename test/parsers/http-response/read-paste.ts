import { httpResponseFormat } from '../../../parsers/src/http-response/http-response.js';
import { plainEntry, type ResponseFacts } from '../../../parsers/src/model/index.js';

/** The facts of every exchange of a paste; empty when the format refuses it. */
export function readPaste(paste: string): readonly ResponseFacts[] {
  const entry = plainEntry(paste, 1);
  if (!httpResponseFormat.claims(entry)) return [];
  const result = httpResponseFormat.parse(entry);
  return result.ok ? result.value.filter((facts) => facts.kind === 'response') : [];
}

export function readOne(paste: string): ResponseFacts {
  const all = readPaste(paste);
  if (all.length !== 1) throw new Error(`expected one exchange, read ${all.length}`);
  return all[0] as ResponseFacts;
}
