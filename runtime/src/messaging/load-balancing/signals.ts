import { isUtf8 } from "node:buffer";
import type { BrokerSignals, WorkerSignals } from "../../connection/load-balancing/signals.js";
import { Heartbeat } from "../../wire/gen/MsgLib.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import type { Envelope } from "../envelope/format.js";
import { readEnvelope } from "../envelope/parse.js";
import { refusal } from "../envelope/reply.js";
import { EnvelopeBatches } from "./envelope-batches.js";

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
 * The signals of a server: a `Heartbeat` in an envelope, which also registers the server (Python:
 * `messaging.LoadBalancingPattern.Server.ServerMsgReactor`). Brokers, Python's too, accept an
 * answer as a heartbeat.
 */
export const serverEnvelopes: WorkerSignals = {
  register: heartbeat,
  heartbeat,
  isHeartbeat,
  answerTellsFree: true,
};

/**
 * The signals of a broker. The broker refuses requests that are not envelopes, because such a
 * request stops some servers.
 */
export const brokerEnvelopes: BrokerSignals = {
  read: (message) => (isHeartbeat(message) ? "heartbeat" : undefined),
  // A string must be UTF-8, but an identity need not be: Python's broker ends in that case.
  heartbeat: (server) => heartbeat(isUtf8(server) ? Buffer.from(server).toString("utf8") : ""),
  inspect: readEnvelope,
  together: (frontend) => new EnvelopeBatches(frontend),
  refuse: (request, error) => refusal(tryRead(request), error),
};
