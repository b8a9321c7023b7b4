import type { EventOfType, EventType, Socket } from "zeromq";
import { Listeners } from "../../../base/listeners.js";
import type { RefusalReason } from "../../security/refusal.js";
import { type MonitorEvent, MonitorReader } from "./reader.js";
import { unwatch, watch } from "./watch.js";

/**
 * A change of a socket's state, discriminated by `type`. `endpoint` is the address that libzmq
 * names.
 *
 * - `bound` – bound and ready for peers.
 * - `accepted` – a peer has connected to this bound socket; `connected` once its handshake is done.
 * - `connecting`, `retrying` – a connection is being made, or will be tried again after
 *   `intervalMs`.
 * - `connected` – the handshake with a peer is done, and messages flow.
 * - `disconnected` – a peer has disconnected; a socket that connects tries again.
 * - `refused` – a peer was refused, or refused this socket, during the handshake; `reason` and
 *   `error` say why. A server that refuses a key adds the key and the peer's IP `address`.
 * - `revoked` – keys are no longer in the allow-list; all connections of the bound endpoints were
 *   closed, and the other clients reconnect by themselves.
 * - `unbound` – no longer bound.
 * - `failed` – binding, accepting or closing failed.
 */
export type StatusEvent =
  | { readonly type: "bound"; readonly endpoint: string }
  | { readonly type: "accepted"; readonly endpoint: string }
  | { readonly type: "connecting"; readonly endpoint: string }
  | { readonly type: "retrying"; readonly endpoint: string; readonly intervalMs: number }
  | { readonly type: "connected"; readonly endpoint: string }
  | { readonly type: "disconnected"; readonly endpoint: string }
  | {
      readonly type: "refused";
      readonly endpoint: string;
      readonly reason: RefusalReason;
      readonly error: Error;
      readonly publicKey?: string;
      readonly address?: string;
    }
  | {
      readonly type: "revoked";
      readonly endpoint: string;
      readonly publicKeys: readonly string[];
    }
  | { readonly type: "unbound"; readonly endpoint: string }
  | { readonly type: "failed"; readonly endpoint: string; readonly error: Error };

type Translations = { readonly [T in EventType]?: (event: EventOfType<T>) => StatusEvent };

// "connect" is left out: it means that TCP is connected, before the handshake.
const TRANSLATIONS: Translations = {
  bind: (event) => ({ type: "bound", endpoint: event.address }),
  accept: (event) => ({ type: "accepted", endpoint: event.address }),
  "connect:delay": (event) => ({ type: "connecting", endpoint: event.address }),
  "connect:retry": (event) => ({
    type: "retrying",
    endpoint: event.address,
    intervalMs: event.interval,
  }),
  handshake: (event) => ({ type: "connected", endpoint: event.address }),
  disconnect: (event) => ({ type: "disconnected", endpoint: event.address }),
  "handshake:error:protocol": (event) => ({
    type: "refused",
    endpoint: event.address,
    reason: "protocol",
    error: event.error,
  }),
  "handshake:error:auth": (event) => ({
    type: "refused",
    endpoint: event.address,
    reason: "auth",
    error: event.error,
  }),
  "handshake:error:other": (event) => ({
    type: "refused",
    endpoint: event.address,
    reason: "other",
    error: event.error,
  }),
  close: (event) => ({ type: "unbound", endpoint: event.address }),
  "bind:error": (event) => ({ type: "failed", endpoint: event.address, error: event.error }),
  "accept:error": (event) => ({ type: "failed", endpoint: event.address, error: event.error }),
  "close:error": (event) => ({ type: "failed", endpoint: event.address, error: event.error }),
};

/** Watches one socket and notifies any number of listeners. Does not keep the process alive. */
export class SocketMonitor {
  readonly #note: (event: StatusEvent) => StatusEvent | undefined;
  readonly #reader: MonitorReader;
  readonly #listeners = new Listeners<StatusEvent>("connection");
  readonly #gone: Promise<void>;
  #closed = false;
  #peers = 0;
  /** The connections whose handshakes have failed, and that libzmq has not ended yet. */
  #failing = 0;

  /** @param note - Gets each event first, and returns the event for the listeners, if any. */
  constructor(socket: Socket, note: (event: StatusEvent) => StatusEvent | undefined) {
    this.#note = note;
    let ended: () => void;
    this.#gone = new Promise((resolve) => {
      ended = resolve;
    });
    this.#reader = new MonitorReader(socket, (event) => {
      if (event.type === "end") ended();
      else this.#tell(event);
    });
    watch(this.#reader);
  }

  /** The number of peers that are connected, of those that have come since the monitor began. */
  get peers(): number {
    return this.#peers;
  }

  /** Tells the listeners of an event that libzmq does not report. */
  emit(event: StatusEvent): void {
    this.#listeners.emit(event);
  }

  listen(listener: (event: StatusEvent) => void): () => void {
    return this.#closed ? () => {} : this.#listeners.add(listener);
  }

  /** Removes the listeners. The socket's own close ends the monitoring. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    unwatch(this.#reader);
  }

  /** Waits until libzmq is done with the socket, some time after its close. */
  untilGone(): Promise<void> {
    return this.#gone;
  }

  #count({ type }: MonitorEvent): void {
    if (type === "handshake") this.#peers++;
    else if (type.startsWith("handshake:error")) this.#failing++;
    else if (type !== "disconnect") return;
    else if (this.#failing > 0) this.#failing--;
    else if (this.#peers > 0) this.#peers--;
  }

  #tell(event: MonitorEvent): void {
    this.#count(event);
    const translate = TRANSLATIONS[event.type] as
      | ((event: MonitorEvent) => StatusEvent)
      | undefined;
    const noted = translate === undefined ? undefined : this.#note(translate(event));
    if (noted !== undefined) this.#listeners.emit(noted);
  }
}
