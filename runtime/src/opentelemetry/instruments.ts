import type { Counter, Histogram, Meter, MeterProvider } from "@opentelemetry/api";
import { version } from "../messaging/introspection/version.js";
import { DURATION_BOUNDS, Metric, SCHEMA_URL, SYSTEM } from "./conventions.js";

/** The instruments of the metrics; the durations are in seconds. */
export interface Instruments {
  readonly clientCalls: Histogram;
  readonly serverCalls: Histogram;
  readonly publications: Histogram;
  readonly processing: Histogram;
  readonly sent: Counter;
  readonly consumed: Counter;
}

/** Makes the instruments of a provider. */
export function instrumentsOf(provider: MeterProvider): Instruments {
  const meter = provider.getMeter(SYSTEM, version, { schemaUrl: SCHEMA_URL });
  return {
    clientCalls: durations(meter, Metric.RPC_CLIENT_CALL_DURATION, "Duration of outgoing calls"),
    serverCalls: durations(meter, Metric.RPC_SERVER_CALL_DURATION, "Duration of incoming calls"),
    publications: durations(
      meter,
      Metric.MESSAGING_CLIENT_OPERATION_DURATION,
      "Duration of the publishing of an event",
    ),
    processing: durations(
      meter,
      Metric.MESSAGING_PROCESS_DURATION,
      "Duration of the handling of an event",
    ),
    sent: messages(meter, Metric.MESSAGING_CLIENT_SENT_MESSAGES, "Number of published events"),
    consumed: messages(
      meter,
      Metric.MESSAGING_CLIENT_CONSUMED_MESSAGES,
      "Number of events given to a handler",
    ),
  };
}

function durations(meter: Meter, name: string, description: string): Histogram {
  const advice = { explicitBucketBoundaries: [...DURATION_BOUNDS] };
  return meter.createHistogram(name, { unit: "s", description, advice });
}

function messages(meter: Meter, name: string, description: string): Counter {
  return meter.createCounter(name, { unit: "{message}", description });
}
