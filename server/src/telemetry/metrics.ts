import { Counter, Histogram, type Registry } from 'prom-client';

interface MetricKind {
  readonly type: 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** The service's own activity. To add one: here; docs/configuration.md has the table (test/server/config/document.test.ts). */
export const serviceMetrics = {
  why403_stored_units_total: { type: 'counter', help: 'Counting units stored.', labels: ['feed'] },
  why403_failed_units_total: {
    type: 'counter',
    help: 'Attempts to store a unit that failed; it is sent again.',
    labels: ['feed'],
  },
  why403_read_lines_total: { type: 'counter', help: 'Lines of the units stored.', labels: ['feed'] },
  why403_read_requests_total: { type: 'counter', help: 'Requests counted in the units stored.', labels: ['feed'] },
  why403_rejected_lines_total: { type: 'counter', help: 'Lines that were not read.', labels: ['feed', 'reason'] },
  why403_source_problems_total: { type: 'counter', help: 'Sources that could not be read.', labels: ['source'] },
  why403_aws_calls_total: {
    type: 'counter',
    help: 'Calls to AWS; result is ok or the kind of failure.',
    labels: ['operation', 'result'],
  },
  why403_unit_seconds: { type: 'histogram', help: 'From reading a unit to its marker.', labels: [] },
  why403_http_requests_total: { type: 'counter', help: 'Requests answered.', labels: ['route', 'method', 'status'] },
  why403_http_request_seconds: { type: 'histogram', help: 'Time to answer.', labels: ['route'] },
  why403_store_statement_seconds: {
    type: 'histogram',
    help: 'Statements to the store; outcome is ok or the kind of failure.',
    labels: ['operation', 'outcome'],
  },
  why403_database_starts_total: { type: 'counter', help: 'Starts of the embedded database.', labels: [] },
  why403_house_seconds: { type: 'histogram', help: 'Settle sweeps and housekeeping.', labels: ['task'] },
  why403_defects_total: { type: 'counter', help: 'Defects of why403 that it survived.', labels: ['where'] },
} as const satisfies Record<string, MetricKind>;

export type MetricName = keyof typeof serviceMetrics;

/** From a fast insert to the longest query allowed. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Senders name feeds; beyond so many label sets of a metric the rest is counted as `(other)`. */
const maxLabelSets = 2000;

export interface Metrics {
  count(name: MetricName, labels: Readonly<Record<string, string>>, amount?: number): void;
  observe(name: MetricName, labels: Readonly<Record<string, string>>, seconds: number): void;
}

export function createMetrics(registry: Registry): Metrics {
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const labelSets = new Map<string, Set<string>>();
  for (const [name, { type, help, labels }] of Object.entries<MetricKind>(serviceMetrics)) {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') counters.set(name, new Counter(options));
    else histograms.set(name, new Histogram({ ...options, buckets }));
    labelSets.set(name, new Set());
  }
  const bounded = (name: string, labels: Readonly<Record<string, string>>): Record<string, string> => {
    const known = labelSets.get(name) as Set<string>;
    const set = JSON.stringify(labels);
    if (known.has(set)) return { ...labels };
    if (known.size >= maxLabelSets) return Object.fromEntries(Object.keys(labels).map((label) => [label, '(other)']));
    known.add(set);
    return { ...labels };
  };
  return {
    count(name, labels, amount = 1) {
      if (amount > 0) counters.get(name)?.inc(bounded(name, labels), amount);
    },
    observe(name, labels, seconds) {
      histograms.get(name)?.observe(bounded(name, labels), Math.max(0, seconds));
    },
  };
}
