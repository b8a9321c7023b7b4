import { metrics, type SpanKind, type SpanStatus } from "@opentelemetry/api";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { until } from "../support/until.js";

/** Gives its metrics when it is asked. */
class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

const exporter = new InMemorySpanExporter();
const reader = new Reader();

// As an application does it, once a process.
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

/** The parts of a span that the tests look at. */
export interface Seen {
  readonly name: string;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly attributes: ReadableSpan["attributes"];
  readonly status: SpanStatus;
  readonly events: readonly string[];
  readonly scope: ReadableSpan["instrumentationScope"];
}

/** Forgets the spans so far. */
export function forget(): void {
  exporter.reset();
}

/** Waits for so many spans to have ended, and gives them in the order of their ends. */
export async function spans(count: number): Promise<Seen[]> {
  await until(() => exporter.getFinishedSpans().length >= count, `${count} spans`);
  return exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    traceId: span.spanContext().traceId,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    attributes: span.attributes,
    status: span.status,
    events: span.events.map(({ name }) => name),
    scope: span.instrumentationScope,
  }));
}

/** A measurement of a metric since the process began. */
export interface Point {
  readonly unit: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The sum of a counter, or the number of values in a histogram. */
  readonly count: number;
  /** The bounds of a histogram's buckets. */
  readonly bounds: readonly number[] | undefined;
}

/** The points of a metric. */
export async function points(name: string): Promise<Point[]> {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics
    .flatMap(({ metrics: all }) => all)
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => {
        const histogram = typeof value === "object" && "buckets" in value ? value : undefined;
        return {
          unit: descriptor.unit,
          attributes,
          count: histogram?.count ?? Number(value),
          bounds: histogram?.buckets.boundaries,
        };
      }),
    );
}
