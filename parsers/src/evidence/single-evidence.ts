import { eventIdOf } from '../assemble/index.js';
import type { LineOrdinals } from '../assemble/line-ordinals.js';
import { identityOf } from '../assemble/request-identity.js';
import type { AccessFacts, LogEntry, RequestPlace, StoredFact, WafFacts } from '../model/index.js';
import { factIdOf } from './fact-id.js';
import { toldFallback } from './fact-place.js';
import { cellOfAccess, cellsOfWaf, linkOfEvent, linksOfIds } from './links.js';

/** The fact of an access line or WAF record, which speaks for a request alone. `ordinals` has seen the entry. */
export function factOfSingle(
  entry: LogEntry,
  facts: AccessFacts | WafFacts,
  timeMs: number,
  { ordinals, fallbackPlace }: { readonly ordinals: LineOrdinals; readonly fallbackPlace: RequestPlace },
): StoredFact {
  const ids = identityOf(facts);
  const { extendedRequestId } = ids;
  const lineEventId = extendedRequestId === null ? ordinals.eventIdFor(entry) : null;
  const eventId = extendedRequestId === null ? (lineEventId as string) : eventIdOf({ extendedRequestId });
  const links = linksOfIds(ids);
  // That of an extended id is a hash of it, and links nothing that the id itself does not.
  if (extendedRequestId === null) links.push(linkOfEvent(eventId));
  if (facts.kind === 'waf') links.push(...cellsOfWaf(facts, timeMs));
  else if (extendedRequestId === null) links.push(...cellOfAccess(facts, timeMs));
  const { line, logGroup, logStream } = entry;
  return {
    factId: factIdOf(facts, timeMs, lineEventId),
    kind: facts.kind,
    timeMs,
    links,
    eventId,
    body: { facts, line, logGroup, logStream, lineEventId, ...toldFallback(fallbackPlace) },
  };
}
