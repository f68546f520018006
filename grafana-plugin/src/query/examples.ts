import { queryVersion, type Why403Query } from '../types';

interface Example {
  readonly title: string;
  readonly description: string;
  readonly query: Omit<Why403Query, 'refId'>;
}

/** In the order in which somebody who is on call asks. */
export const examples: readonly Example[] = [
  {
    title: 'Which cause rose?',
    description: 'Refused requests by cause.',
    query: { version: queryVersion, queryType: 'series', metric: 'count', by: ['cause'] },
  },
  {
    title: 'Where, and is it a spike?',
    description: 'How far each cause at each stage is above what is usual there. Above 1 is a spike.',
    query: { version: queryVersion, queryType: 'spikes', measures: ['score'] },
  },
  {
    title: 'What part of the traffic is refused?',
    description: 'Share of all requests, for each API and stage, without unknown routes.',
    query: {
      version: queryVersion,
      queryType: 'series',
      metric: 'share',
      by: ['api_id', 'stage'],
      filters: [{ label: 'cause', operator: '!=', values: ['route_not_found'] }],
    },
  },
  {
    title: 'Which WAF rule blocks?',
    description: 'What refused most often, among requests that the web ACL blocked.',
    query: {
      version: queryVersion,
      queryType: 'top',
      topBy: 'culprit',
      filters: [{ label: 'cause', operator: '=', values: ['waf_blocked'] }],
    },
  },
  {
    title: 'Who is refused?',
    description: 'The callers that were refused most, by address.',
    query: { version: queryVersion, queryType: 'top', topBy: 'source_ip' },
  },
  {
    title: 'Show me some',
    description: 'Refused requests with cause and reason; the id of one opens as an event.',
    query: { version: queryVersion, queryType: 'samples', limit: 100 },
  },
  {
    title: 'What is new?',
    description: 'Causes that a route did not have in the week before.',
    query: { version: queryVersion, queryType: 'newCauses' },
  },
  {
    title: 'Can I trust the numbers?',
    description: 'Lag and unknown share of each stage.',
    query: { version: queryVersion, queryType: 'coverage', table: 'stages' },
  },
];
