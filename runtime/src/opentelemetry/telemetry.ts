import {
  type Context,
  context,
  type MeterProvider,
  metrics,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import type { CallHeaders } from "../messaging/call/headers.js";
import { version } from "../messaging/introspection/version.js";
import { SCHEMA_URL, SYSTEM } from "./conventions.js";
import { extract, inject } from "./headers.js";
import { type Instruments, instrumentsOf } from "./instruments.js";

/** Options for {@link traceCalls} and {@link traceEvent}. */
export interface TraceOptions {
  /** The provider of the tracer. The global provider of `@opentelemetry/api` by default. */
  tracerProvider?: TracerProvider;
  /** The provider of the meter. The global provider of `@opentelemetry/api` by default. */
  meterProvider?: MeterProvider;
  /**
   * The propagator that writes a span's context into the headers and reads it there. The global
   * propagator of `@opentelemetry/api` by default, which the SDKs set to W3C's `traceparent`,
   * `tracestate` and `baggage`.
   */
  propagator?: TextMapPropagator;
}

/** The tracer, the instruments and the propagator that belong to some options. */
export class Telemetry {
  readonly tracer: Tracer;
  readonly #meterProvider: MeterProvider | undefined;
  readonly #propagator: Pick<TextMapPropagator, "inject" | "extract">;
  #instruments: Instruments | undefined;
  #instrumentsFrom: MeterProvider | undefined;

  constructor({ tracerProvider, meterProvider, propagator }: TraceOptions) {
    const provider = tracerProvider ?? trace.getTracerProvider();
    this.tracer = provider.getTracer(SYSTEM, version, { schemaUrl: SCHEMA_URL });
    this.#meterProvider = meterProvider;
    this.#propagator = propagator ?? propagation;
  }

  /**
   * The instruments. Unlike a tracer, a meter of the global provider stays idle if the SDK is
   * registered after it was made: the instruments are made again then.
   */
  get instruments(): Instruments {
    const provider = this.#meterProvider ?? metrics.getMeterProvider();
    if (this.#instruments === undefined || this.#instrumentsFrom !== provider) {
      this.#instruments = instrumentsOf(provider);
      this.#instrumentsFrom = provider;
    }
    return this.#instruments;
  }

  /** Writes the context of a span into the headers of a request or an event. */
  inject(from: Context, headers: CallHeaders): void {
    inject(this.#propagator, from, headers);
  }

  /** Returns the context in the headers of a request or an event. */
  extract(headers: CallHeaders): Context {
    return extract(this.#propagator, ROOT_CONTEXT, headers);
  }

  /** The context of the code that makes a call. */
  get active(): Context {
    return context.active();
  }
}

const global = new WeakMap<TraceOptions, Telemetry>();
const defaults: TraceOptions = {};

/** Returns the telemetry of some options; the same for the same options. */
export function telemetryOf(options: TraceOptions = defaults): Telemetry {
  let telemetry = global.get(options);
  if (telemetry === undefined) {
    telemetry = new Telemetry(options);
    global.set(options, telemetry);
  }
  return telemetry;
}
