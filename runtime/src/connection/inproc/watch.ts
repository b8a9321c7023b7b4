import type { Socket } from "zeromq";
import { Listeners } from "../../base/listeners.js";
import { closedSocketsEnded, endWaiting, isBoundElsewhere } from "./other-sockets.js";

/** An endpoint, of any transport. */
interface Endpoint {
  readonly address: string;
  readonly mode: "bind" | "connect";
}

/** A change of a socket's state, as the monitor of another transport would report it. */
interface InprocEvent {
  readonly type: "bound" | "connected" | "disconnected";
  readonly endpoint: string;
}

/** Whether an endpoint is one within this process. */
export function isInproc({ address }: Endpoint): boolean {
  return address.startsWith("inproc://");
}

/** An inproc address of this thread, with the socket that is bound to it and those that connect to it. */
interface Place {
  binder: InprocWatch | undefined;
  readonly guests: Set<InprocWatch>;
  /** Whether sockets were closed here that still waited for a peer. */
  left: boolean;
}

const places = new Map<string, Place>();

/**
 * Knows the peers of a connector with inproc endpoints, as far as they are in this thread: libzmq
 * reports nothing about inproc, and does not connect again when the bound socket has closed.
 */
export class InprocWatch {
  readonly #socket: Socket;
  readonly #listeners = new Listeners<InprocEvent>("connection");
  /** The addresses that this socket connects to; `false` while it has lost a peer and not connected again. */
  readonly #connected = new Map<string, boolean>();
  readonly #bound = new Set<string>();
  /** The addresses whose bound sockets no connector knows; their ends are not noticed. */
  readonly #elsewhere = new Set<string>();
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Calls `listener` at each change, from now on and until the returned function is called. */
  listen(listener: (event: InprocEvent) => void): () => void {
    return this.#closed ? () => {} : this.#listeners.add(listener);
  }

  /**
   * To be called before the socket opens its endpoints: looks for addresses that a socket has bound
   * which no connector knows, one of zeromq.js itself say, or one of another thread.
   */
  opening(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints) {
      const { address, mode } = endpoint;
      if (mode === "bind" || !isInproc(endpoint) || places.has(address)) continue;
      if (isBoundElsewhere(address)) this.#elsewhere.add(address);
    }
  }

  /** To be called when the socket has opened its endpoints. */
  opened(endpoints: readonly Endpoint[]): void {
    for (const endpoint of endpoints) if (isInproc(endpoint)) this.#open(endpoint);
  }

  #open({ address, mode }: Endpoint): void {
    const place = places.get(address) ?? { binder: undefined, guests: new Set(), left: false };
    places.set(address, place);
    if (mode === "bind") {
      place.binder = this;
      place.left = false;
      this.#bound.add(address);
      this.#tell({ type: "bound", endpoint: address });
      for (const guest of place.guests) guest.#meet(this, address);
    } else {
      place.guests.add(this);
      this.#connected.set(address, true);
      if (this.#elsewhere.has(address)) this.#tell({ type: "connected", endpoint: address });
      this.#meet(place.binder, address);
    }
  }

  /** To be called before the socket closes: frees its addresses at once, and lets its peers know. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    for (const address of this.#bound) this.#unbind(address);
    for (const [address, connected] of this.#connected) this.#disconnect(address, connected);
  }

  #disconnect(address: string, connected: boolean): void {
    const place = places.get(address);
    if (place === undefined) return;
    place.guests.delete(this);
    if (place.binder !== undefined) {
      place.binder.#tell({ type: "disconnected", endpoint: address });
    } else if (connected) {
      place.left = true;
      // What was sent may still leave: a socket that is bound in time gets it.
      const { linger } = this.#socket;
      if (linger >= 0) setTimeout(() => endLeft(address), linger).unref();
    }
    forgetEmpty(address);
  }

  #unbind(address: string): void {
    // libzmq frees the address of a closed socket some time later; this frees it now, so that nobody
    // connects to a socket that is about to end.
    this.#socket.disconnect(address);
    const place = places.get(address);
    if (place === undefined) return;
    place.binder = undefined;
    const guests = [...place.guests];
    for (const guest of guests) guest.#connected.set(address, false);
    forgetEmpty(address);
    if (guests.length > 0)
      void closedSocketsEnded().then(() => {
        for (const guest of guests) guest.#connectAgain(address);
      });
  }

  #meet(binder: InprocWatch | undefined, address: string): void {
    if (binder === undefined || this.#connected.get(address) !== true) return;
    this.#tell({ type: "connected", endpoint: address });
    binder.#tell({ type: "connected", endpoint: address });
  }

  /** Connects again when the peer of a socket has closed. */
  #connectAgain(address: string): void {
    if (this.#closed) return;
    this.#socket.connect(address);
    this.#connected.set(address, true);
    // Not before: what is sent from here on is for the next peer.
    this.#tell({ type: "disconnected", endpoint: address });
    this.#meet(places.get(address)?.binder, address);
  }

  /** Tells what has happened, after the call that made it happen: a constructor may be at work. */
  #tell(event: InprocEvent): void {
    queueMicrotask(() => this.#listeners.emit(event));
  }
}

function forgetEmpty(address: string): void {
  const place = places.get(address);
  if (place === undefined || place.left) return;
  if (place.binder === undefined && place.guests.size === 0) places.delete(address);
}

/** Ends the closed sockets that still wait for a peer; where others wait too, the last of them does so. */
function endLeft(address: string): void {
  const place = places.get(address);
  if (place === undefined || !place.left || place.guests.size > 0) return;
  endWaiting(address);
  place.left = false;
  forgetEmpty(address);
}
