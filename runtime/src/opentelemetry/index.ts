/**
 * Spans and metrics of calls and events, by OpenTelemetry's semantic conventions 1.45.0. The
 * application installs `@opentelemetry/api` and an SDK; no other entry point of this package imports
 * them.
 *
 * @module
 */
export type { TraceOptions } from "./telemetry.js";
export { traceCalls } from "./trace-calls.js";
export { traceEvent } from "./trace-event.js";
