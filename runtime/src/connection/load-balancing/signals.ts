import type { Frames } from "../frames/routed.js";
import type { RelaySocket } from "../relay/relay-socket.js";

/**
 * The signals between a broker and its workers on the wire; all other parts of load balancing are
 * the same for bytes and for envelopes.
 */
export interface WorkerSignals {
  /** The first message of a worker: it is connected and free. */
  register(identity: string): Uint8Array;
  /** The heartbeat of a worker that is alive and free. */
  heartbeat(identity: string): Uint8Array;
  /** Returns whether a message without a route is the broker's heartbeat. */
  isHeartbeat(message: Uint8Array): boolean;
  /** Whether brokers accept an answer as a sign that the worker is free again. */
  readonly answerTellsFree: boolean;
}

/** What a broker reads in a request. */
export interface Inspected {
  /** The time that the client waits, in milliseconds, if the request says so. */
  readonly timeoutMs?: number | undefined;
  /** The features that the client shows, if any. */
  readonly features?: number | undefined;
}

/** Lets answers to one client travel together. */
export interface AnswerBatches {
  /** Notes a request, which shows whether its client reads answers that travel together. */
  note(request: Frames, inspected: Inspected): void;
  /**
   * Sends an answer. Rejects with the error of the socket.
   *
   * @param more - Whether more answers are likely to follow in this turn.
   */
  send(answer: Frames, more: boolean): Promise<void>;
}

/** The signals that a broker reads and writes in its layer's messages. */
export interface BrokerSignals {
  /** Reads a worker's message without a route; `undefined` if the message is neither signal. */
  read(message: Uint8Array): "register" | "heartbeat" | undefined;
  /** The heartbeat that asks a worker for a sign of life. */
  heartbeat(worker: Uint8Array): Uint8Array;
  /**
   * Inspects a request before the broker takes it.
   *
   * @throws DividereError when no worker could read the request.
   */
  inspect?(request: Uint8Array): Inspected;
  /**
   * Lets requests and answers travel together on the side of the clients; without this method each
   * travels alone.
   */
  together?(frontend: RelaySocket): AnswerBatches;
  /** Makes the answer to a request that is not served; without this method no answer is sent. */
  refuse?(request: Uint8Array, error: unknown): Uint8Array;
}

const REGISTER = 0x01;
const HEARTBEAT = 0x02;

function isSignal(message: Uint8Array, signal: number): boolean {
  return message.length === 1 && message[0] === signal;
}

/**
 * The signals of a worker, as bytes (Python:
 * `connection.LoadBalancingPattern.Broker.ServerRegisterMsg` and `HeartbeatMsg`). Python's broker
 * does not accept an answer as a sign that its worker is free.
 */
export const workerBytes: WorkerSignals = {
  register: () => Uint8Array.of(REGISTER),
  heartbeat: () => Uint8Array.of(HEARTBEAT),
  isHeartbeat: (message) => isSignal(message, HEARTBEAT),
  answerTellsFree: false,
};

/** The signals of a broker, as bytes. */
export const brokerBytes: BrokerSignals = {
  read(message) {
    if (isSignal(message, REGISTER)) return "register";
    return isSignal(message, HEARTBEAT) ? "heartbeat" : undefined;
  },
  heartbeat: () => Uint8Array.of(HEARTBEAT),
};
