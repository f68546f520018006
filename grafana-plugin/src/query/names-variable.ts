import { type Why403Query } from '../types';

/** Names that API Gateway itself begins with a dollar sign: the stage `$default` and the routes of WebSocket APIs. */
const gatewayNames = ['$default', '$connect', '$disconnect'];

// $api, ${api}, ${api:csv}, [[api]]
const variablePattern = /\$\w+|\$\{[^}]+\}|\[\[[^\]]+\]\]/;

/** Whether a query is written with dashboard variables; also where there is no dashboard that could tell their names. */
export function namesVariable({ filters = [], by = [], step, topBy, eventId }: Why403Query): boolean {
  return [...filters.flatMap(({ values }) => values), ...by, step, topBy, eventId].some(
    (text) => text !== undefined && !gatewayNames.includes(text) && variablePattern.test(text)
  );
}
