/**
 * The names of OpenTelemetry's semantic conventions that the spans and metrics use. The package with
 * the conventions' names is not a dependency: it would be one for eighteen strings.
 *
 * @module
 */

/** The schema that the names belong to. */
export const SCHEMA_URL = "https://opentelemetry.io/schemas/1.45.0";

/** The name of the RPC system and of the messaging system. */
export const SYSTEM = "dividere";

/** Attributes of the conventions. */
export const Attribute = {
  ERROR_TYPE: "error.type",
  MESSAGING_DESTINATION_NAME: "messaging.destination.name",
  MESSAGING_OPERATION_NAME: "messaging.operation.name",
  MESSAGING_OPERATION_TYPE: "messaging.operation.type",
  MESSAGING_SYSTEM_NAME: "messaging.system.name",
  RPC_METHOD: "rpc.method",
  RPC_STATUS_CODE: "rpc.status_code",
  RPC_SYSTEM_NAME: "rpc.system.name",
  SERVER_ADDRESS: "server.address",
  SERVER_PORT: "server.port",
} as const;

/** Attributes and span events for which the conventions have no name. */
export const OwnName = {
  /** The time left until the deadline when the span begins, in milliseconds. */
  TIMEOUT_MS: "dividere.timeout_ms",
  /** The number of the attempt, from 2, of a call that `retryCalls` repeats. */
  ATTEMPT: "dividere.attempt",
  /** The number of messages of a stream of requests. */
  STREAM_REQUESTS: "dividere.stream.requests",
  /** The number of messages of a stream of responses. */
  STREAM_RESPONSES: "dividere.stream.responses",
  /** The event of the first response of a stream. */
  FIRST_RESPONSE: "dividere.stream.first_response",
  /** The event of a call that is given up while its handler runs. */
  GIVEN_UP: "dividere.given_up",
} as const;

/** Metrics of the conventions. */
export const Metric = {
  MESSAGING_CLIENT_CONSUMED_MESSAGES: "messaging.client.consumed.messages",
  MESSAGING_CLIENT_OPERATION_DURATION: "messaging.client.operation.duration",
  MESSAGING_CLIENT_SENT_MESSAGES: "messaging.client.sent.messages",
  MESSAGING_PROCESS_DURATION: "messaging.process.duration",
  RPC_CLIENT_CALL_DURATION: "rpc.client.call.duration",
  RPC_SERVER_CALL_DURATION: "rpc.server.call.duration",
} as const;

/** The bounds of the histograms' buckets that the conventions demand, in seconds. */
export const DURATION_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
