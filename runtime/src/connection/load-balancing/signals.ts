/**
 * What tells a broker's worker from its requests and answers on the wire; everything else about
 * load balancing is the same for bytes and for envelopes.
 */
export interface WorkerSignals {
  /** The first message of a worker: it is connected and free. */
  register(identity: string): Uint8Array;
  /** The message of a worker that is alive and free. */
  heartbeat(identity: string): Uint8Array;
  /** Whether a message without a route is the broker's heartbeat. */
  isHeartbeat(message: Uint8Array): boolean;
  /** Whether brokers take an answer for a sign that the worker is free again. */
  readonly answerTellsFree: boolean;
}

/** The signals that a broker reads and writes in its layer's messages. */
export interface BrokerSignals {
  /** Reads what a worker sent without a route; `undefined` when it is neither. */
  read(message: Uint8Array): "register" | "heartbeat" | undefined;
  /** What asks a worker for a sign. */
  heartbeat(worker: Uint8Array): Uint8Array;
  /**
   * Looks at a request before it is taken.
   *
   * @throws DividereError when it can be seen that no worker could read it.
   */
  inspect?(request: Uint8Array): {
    /** How long its client waits, in milliseconds, where it says. */
    readonly timeoutMs?: number | undefined;
  };
  /** Builds the answer to a request that is not served; without it no answer is sent. */
  refuse?(request: Uint8Array, error: unknown): Uint8Array;
}

const REGISTER = 0x01;
const HEARTBEAT = 0x02;

function isSignal(message: Uint8Array, signal: number): boolean {
  return message.length === 1 && message[0] === signal;
}

/**
 * The worker's bytes (Python: `connection.LoadBalancingPattern.Broker.ServerRegisterMsg` and
 * `HeartbeatMsg`). Python's broker does not take an answer for a sign that its worker is free.
 */
export const workerBytes: WorkerSignals = {
  register: () => Uint8Array.of(REGISTER),
  heartbeat: () => Uint8Array.of(HEARTBEAT),
  isHeartbeat: (message) => isSignal(message, HEARTBEAT),
  answerTellsFree: false,
};

/** The broker's bytes. */
export const brokerBytes: BrokerSignals = {
  read(message) {
    if (isSignal(message, REGISTER)) return "register";
    return isSignal(message, HEARTBEAT) ? "heartbeat" : undefined;
  },
  heartbeat: () => Uint8Array.of(HEARTBEAT),
};
