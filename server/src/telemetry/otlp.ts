import type { Tracer } from '@opentelemetry/api';
import type { Registry } from 'prom-client';

export interface Exporter {
  readonly tracer: Tracer;
  /** Sends what is left, within `shutdownMs`. */
  shutdown(): Promise<void>;
}

export interface ExporterOptions {
  /** `http://127.0.0.1:4318` */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly version: string;
  /** What is registered in it by now is exported. */
  readonly registry: Registry;
  /** Between two exports of metrics. */
  readonly intervalMs: number;
  /** How long the shutdown may take; 2 s unless told otherwise. */
  readonly shutdownMs?: number;
  /** The collector did not take something; told once. */
  readonly onProblem: () => void;
}

const defaultShutdownMs = 2000;

/** Loads the SDK: call it only when something is to be exported. */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const { endpoint, serviceName, version, registry, intervalMs, shutdownMs = defaultShutdownMs } = options;
  const [api, trace, metrics, { resourceFromAttributes }, { OTLPTraceExporter }, { OTLPMetricExporter }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/exporter-metrics-otlp-http'),
    ]);
  const base = endpoint.replace(/\/+$/, '');
  const resource = resourceFromAttributes({ 'service.name': serviceName, 'service.version': version });
  let told = false;
  const tell = () => {
    if (!told) options.onProblem();
    told = true;
  };
  const quiet = () => {};
  // The SDK's own messages may quote what the collector answers.
  api.diag.setLogger({ error: tell, warn: quiet, info: quiet, debug: quiet, verbose: quiet });

  const traces = new trace.NodeTracerProvider({
    resource,
    spanProcessors: [new trace.BatchSpanProcessor(new OTLPTraceExporter({ url: `${base}/v1/traces` }))],
  });
  // Spans find the span around them by the API's context.
  traces.register();
  const meters = new metrics.MeterProvider({
    resource,
    readers: [
      new metrics.PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics` }),
        exportIntervalMillis: intervalMs,
        exportTimeoutMillis: Math.min(intervalMs, 10_000),
      }),
    ],
  });
  await exportRegistry(meters.getMeter('why403', version), registry);

  return {
    tracer: traces.getTracer('why403', version),
    async shutdown() {
      const timer = { handle: undefined as NodeJS.Timeout | undefined };
      const limit = new Promise<void>((resolve) => {
        timer.handle = setTimeout(resolve, shutdownMs);
      });
      await Promise.race([Promise.allSettled([traces.shutdown(), meters.shutdown()]), limit]);
      clearTimeout(timer.handle);
      api.trace.disable();
      api.context.disable();
      api.propagation.disable();
      api.diag.disable();
    },
  };
}

type Meter = import('@opentelemetry/api').Meter;
type Observable = import('@opentelemetry/api').Observable;

/** One place counts; at each export the counters are read from it. Of a histogram its sum and count are exported. */
async function exportRegistry(meter: Meter, registry: Registry): Promise<void> {
  const counters = new Map<string, Observable>();
  for (const { name, help, type } of await registry.getMetricsAsJSON()) {
    const names = String(type) === 'histogram' ? [`${name}_sum`, `${name}_count`] : [name];
    for (const each of names) counters.set(each, meter.createObservableCounter(each, { description: help }));
  }
  meter.addBatchObservableCallback(
    async (result) => {
      for (const { name, values } of await registry.getMetricsAsJSON()) {
        for (const { metricName, labels, value } of values as readonly ReadValue[]) {
          const counter = counters.get(metricName ?? name);
          if (counter !== undefined) result.observe(counter, value, labels);
        }
      }
    },
    [...counters.values()],
  );
}

interface ReadValue {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}
