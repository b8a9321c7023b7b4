// What each process of the test loads: spans go to a file, a line each, when the process ends.
import { appendFileSync } from "node:fs";
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { traceCalls } from "dividere/opentelemetry";

/** A span as a process writes it down. */
export interface WrittenSpan {
  readonly pid: number;
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly id: string;
  readonly parent: string | undefined;
}

/** Appends to the file that the environment names; a line is written at once, so processes share the file. */
const exporter: SpanExporter = {
  export(spans, done) {
    for (const span of spans) appendFileSync(process.env["SPANS"] ?? "", `${describe(span)}\n`);
    done({ code: 0 });
  },
  async shutdown() {},
};

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
provider.register();

export const interceptors = [traceCalls()];
export const shutdown = (): Promise<void> => provider.shutdown();

function describe(span: ReadableSpan): string {
  const written: WrittenSpan = {
    pid: process.pid,
    name: span.name,
    kind: span.kind,
    traceId: span.spanContext().traceId,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
  };
  return JSON.stringify(written);
}
