import { type FieldName, filterShapeOf } from './filter.js';
import { count, portion } from './number.js';
import { epochMs, rangeShape } from './time.js';

/** What spikes and new causes are told by: they are of whole stages and causes, so nothing finer can select them. */
export const stageCauseFields = [
  'account',
  'region',
  'api_id',
  'stage',
  'cause',
  'group',
] as const satisfies readonly FieldName[];

/** The part that all questions about spikes and new causes have in common. */
export const stageCauseShape = { ...rangeShape, ...filterShapeOf(stageCauseFields) };

export const judgedUntil = epochMs.nullable().meta({
  description:
    'All of it is judged up to here, ms since the epoch; null when no feed has told of the stages asked for.',
});

export const leastShare = portion(
  "A spike is more than this part of its stage's requests in the same 5 minutes, 0 to below 1; where these are not known, any part. Default: any part.",
  0.2,
);

/** Nothing is the least part of whoever asks for none: 0 as well. */
export const leastShareOf = (query: { readonly least_share?: number | undefined }): number | null =>
  query.least_share || null;

/** Once or twice is a typing error. */
export const usualLeast = 3;
export const leastRefused = count(`Refused requests that a new cause has at least. Default ${usualLeast}.`, 3);
