import { isUtf8 } from "node:buffer";
import type { BrokerSignals, WorkerSignals } from "../../connection/load-balancing/signals.js";
import { Heartbeat } from "../../wire/gen/MsgLib.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import type { Envelope } from "../envelope/format.js";
import { readEnvelope } from "../envelope/parse.js";
import { refusal } from "../envelope/reply.js";

const encoder = new EnvelopeEncoder();

function heartbeat(id: string): Uint8Array {
  return encoder.encode({ id }, Heartbeat);
}

function isHeartbeat(frame: Uint8Array): boolean {
  const envelope = tryRead(frame);
  return envelope !== undefined && (envelope.typeName || envelope.msgName) === Heartbeat.$type;
}

function tryRead(frame: Uint8Array): Envelope | undefined {
  try {
    return readEnvelope(frame);
  } catch {
    return undefined;
  }
}

/**
 * A server's signals: a `Heartbeat` in an envelope, which registers it as well (Python:
 * `messaging.LoadBalancingPattern.Server.ServerMsgReactor`). Brokers, Python's too, take an answer
 * for one.
 */
export const serverEnvelopes: WorkerSignals = {
  register: heartbeat,
  heartbeat,
  isHeartbeat,
  answerTellsFree: true,
};

/**
 * The broker's: requests that are no envelopes are refused, for there is a server that they would
 * stop.
 */
export const brokerEnvelopes: BrokerSignals = {
  read: (message) => (isHeartbeat(message) ? "heartbeat" : undefined),
  // A string has to be UTF-8, which an identity need not be: Python's broker ends there.
  heartbeat: (server) => heartbeat(isUtf8(server) ? Buffer.from(server).toString("utf8") : ""),
  inspect: readEnvelope,
  refuse: (request, error) => refusal(tryRead(request), error),
};
