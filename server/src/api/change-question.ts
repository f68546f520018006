import { type Cause, causes, groupOfCause } from '@why403/parsers';
import { z } from 'zod';
import { isSelected } from '../query/is-selected.js';
import type { EventFilter, TimeRange } from '../query/query.js';
import { changeKinds } from '../store/change-event.js';
import type { ChangesQuery } from '../store/control-plane-store.js';

const knownKinds = changeKinds as readonly [string, ...string[]];

/** What is told of kinds of changes, once for all schemas. */
export const changeKind = z.enum(knownKinds);

/** A filter for causes and groups chooses the changes that may explain one of them. */
export function changesQuery(
  range: TimeRange,
  filter: EventFilter,
  kinds: ChangesQuery['kinds'],
  limit: number,
): ChangesQuery {
  const asksForCauses = filter.cause !== undefined || filter.group !== undefined;
  return { ...range, filter, causes: asksForCauses ? causesOf(filter) : null, kinds, limit };
}

const causesOf = (filter: EventFilter): readonly Cause[] =>
  causes.filter((cause) => isSelected({ cause, group: groupOfCause[cause] }, ['cause', 'group'], filter));
