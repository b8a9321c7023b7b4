import { Background } from "../base/background.js";
import { DividereError } from "../base/errors.js";
import { log } from "../base/log.js";
import { Dealer } from "./dealer.js";
import type { Routed } from "./frames/routed.js";
import { Router } from "./router.js";
import { type Listening, listeningEndpoints } from "./socket/listening.js";
import {
  isPeerGone,
  listenToBoth,
  type SidedStatusEvent,
  sideOptions,
  type TwoSidedOptions,
} from "./two-sided.js";

/** Options for {@link Proxy}; they apply to both its sockets. */
export interface ProxyOptions extends TwoSidedOptions {}

/**
 * Lets any number of clients reach any number of workers that need not know each other (Python:
 * `connection.Proxy`; ZeroMQ guide, chapter 2, "Shared Queue"). Clients – REQ and DEALER sockets –
 * connect to the front end, a ROUTER; workers – REP, DEALER and ROUTER sockets – to the back end, a
 * DEALER, which hands the requests out round robin. Answers find their way back by their route.
 *
 * While no worker is connected requests wait in the sockets, and in the clients once those are
 * full. A worker gets the next request whether or not it is done with the last; a broker of
 * {@link LoadBalancing} waits for it.
 *
 * Runs from the moment it is made, on Node.js's own loop. libzmq's built-in proxy would hold a
 * thread of libuv's small pool for as long as it runs, and with four of them no file could be read
 * any more.
 *
 * @example
 * ```ts
 * import { Proxy, stopOnSignals } from "dividere/connection";
 *
 * // Clients connect to port 6000, workers to port 6001.
 * await using proxy = new Proxy("tcp://127.0.0.1:6000", "tcp://127.0.0.1:6001");
 * stopOnSignals(proxy);
 * await proxy.stopped;
 * ```
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name is Python's, and ZeroMQ's for it.
export class Proxy implements AsyncDisposable {
  readonly #frontend: Router;
  readonly #backend: Dealer;
  readonly #pumps: readonly Promise<void>[];
  #undeliverable = 0;
  readonly #background: Background;
  #stopping: Promise<void> | undefined;

  /**
   * @param frontend - Where clients connect: a port on every address of this machine, or endpoints
   *   to bind. 0 and `tcp://127.0.0.1:*` take a free port; see {@link frontendEndpoints}.
   * @param backend - Where workers connect.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound; nothing stays open
   *   then.
   */
  constructor(frontend: Listening, backend: Listening, options: ProxyOptions = {}) {
    const { frontendOptions, backendOptions } = sideOptions(options);
    this.#frontend = new Router(listeningEndpoints(frontend), frontendOptions);
    try {
      this.#backend = new Dealer(listeningEndpoints(backend), backendOptions);
    } catch (error) {
      this.#frontend.close();
      throw error;
    }
    this.#background = new Background("connection", this, () => [
      ...this.frontendEndpoints,
      ...this.backendEndpoints,
    ]);
    this.#pumps = [
      this.#pump(this.#frontend, (request) => this.#backend.send(request)),
      this.#pump(this.#backend, (answer) => this.#return(answer)),
    ];
  }

  /** Where clients connect, as libzmq resolved it. */
  get frontendEndpoints(): readonly string[] {
    return this.#frontend.endpoints;
  }

  /** Where workers connect, as libzmq resolved it. */
  get backendEndpoints(): readonly string[] {
    return this.#backend.endpoints;
  }

  /** How many answers were dropped, because their client had left or did not read. */
  get undeliverable(): number {
    return this.#undeliverable;
  }

  /** Fulfilled when it is down, after {@link stop} or a failure of its sockets. */
  get stopped(): Promise<void> {
    return this.#background.stopped;
  }

  /** Whether {@link stop} was called. */
  get closed(): boolean {
    return this.#stopping !== undefined;
  }

  /**
   * Calls `listener` at each change of either socket's state, until the returned function is
   * called.
   */
  onStatus(listener: (event: SidedStatusEvent) => void): () => void {
    return listenToBoth(this.#frontend, this.#backend, listener);
  }

  /**
   * Stops forwarding and closes both sockets; what libzmq has already taken gets `lingerMs` to
   * leave. Fulfilled when it is down and its ports can be bound again. May be called again.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(): Promise<void> {
    await Promise.all([this.#frontend._shut(), this.#backend._shut()]);
    await Promise.all(this.#pumps);
    this.#background.end();
  }

  /**
   * One message at a time: while one side has no room the other is not read, as in libzmq's proxy.
   */
  async #pump(
    from: Router | Dealer,
    forward: (message: Routed<Uint8Array>) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      try {
        await forward(await from.recv());
      } catch (error) {
        if (error instanceof DividereError && error.code === "CLOSED") return;
        log("connection", "error", { err: error }, `the proxy at ${from.endpoints} failed`);
        void this.stop();
        return;
      }
    }
  }

  async #return(answer: Routed<Uint8Array>): Promise<void> {
    try {
      await this.#frontend.send(answer);
    } catch (error) {
      if (!isPeerGone(error)) throw error;
      this.#undeliverable++;
    }
  }
}
