import { Background } from "../base/background.js";
import { DRAIN_MS, type Drained, type DrainOptions, waitUntilDone } from "../base/drain.js";
import { systemCode } from "../base/errors.js";
import { log } from "../base/log.js";
import { OpenRoutes } from "./frames/open-routes.js";
import { RelaySocket } from "./relay/relay-socket.js";
import { checkThread, RelayThread } from "./relay/thread.js";
import type { Listening } from "./socket/listening.js";
import { dealerSocket, routerSocket } from "./socket/routing.js";
import {
  isPeerGone,
  listenToBoth,
  type SidedStatusEvent,
  sideOptions,
  type TwoSidedOptions,
} from "./two-sided.js";

/** Options for {@link Proxy}; they apply to both of its sockets. */
export interface ProxyOptions extends TwoSidedOptions {
  /**
   * Forwards with libzmq's own proxy on a thread of libuv's pool. That costs a third of the CPU time,
   * and goes on while the event loop is blocked. `false` by default, because Node.js uses the same
   * few threads for file access: 4, or the number in `UV_THREADPOOL_SIZE`, and proxies take all but
   * two of them at most. Such a proxy does not know the messages that it forwards: it counts none as
   * {@link Proxy.undeliverable}, and {@link Proxy.drain} stops it at once. It takes neither
   * `security` nor inproc endpoints.
   */
  thread?: boolean;
}

/**
 * Connects any number of clients with any number of workers, which need not know each other
 * (Python: `connection.Proxy`; ZeroMQ guide, chapter 2, "Shared Queue"). Clients – REQ and DEALER
 * sockets – connect to the front end, a ROUTER; workers – REP, DEALER and ROUTER sockets – to the
 * back end, a DEALER, which distributes the requests round robin. Answers return by their route.
 *
 * While no worker is connected, requests wait in the sockets, and in the clients once the sockets
 * are full. A worker gets the next request whether or not it has finished the last; a broker of
 * {@link LoadBalancing} waits until the worker has finished.
 *
 * Runs from its construction, on Node.js's own event loop or, with the option `thread`, on a thread of
 * its own.
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
  readonly #frontend: RelaySocket;
  readonly #backend: RelaySocket;
  readonly #thread: RelayThread | undefined;
  readonly #pumps: readonly Promise<void>[];
  readonly #open = new OpenRoutes();
  #undeliverable = 0;
  #refused = 0;
  #drained: Promise<Drained> | undefined;
  readonly #background: Background;
  #stopping: Promise<void> | undefined;

  /**
   * @param frontend - The side to which clients connect: a port on every address of this machine,
   *   or endpoints to bind. 0 and `tcp://127.0.0.1:*` take a free port; see
   *   {@link frontendEndpoints}.
   * @param backend - The side to which workers connect.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound; no endpoint stays open
   *   then. DividereError `OPTION_INVALID` when the option `thread` cannot be followed.
   */
  constructor(frontend: Listening, backend: Listening, options: ProxyOptions = {}) {
    const { frontendOptions, backendOptions } = sideOptions(options);
    if (options.thread) checkThread(options.security !== undefined, frontend, backend);
    const router = routerSocket(frontendOptions);
    // An answer that cannot be delivered would end libzmq's proxy.
    if (options.thread) router.mandatory = false;
    this.#frontend = new RelaySocket(router, frontend, frontendOptions);
    try {
      const socket = dealerSocket(backendOptions, crypto.randomUUID());
      this.#backend = new RelaySocket(socket, backend, backendOptions);
    } catch (error) {
      this.#frontend.close();
      throw error;
    }
    this.#background = new Background("connection", this, () => [
      ...this.frontendEndpoints,
      ...this.backendEndpoints,
    ]);
    if (options.thread) this.#thread = new RelayThread(this.#frontend, this.#backend);
    this.#pumps =
      this.#thread === undefined
        ? [this.#forward(), this.#return()]
        : [this.#untilFailure(this.#frontend, this.#thread.ended)];
  }

  /** The endpoints for clients, as libzmq resolved them. */
  get frontendEndpoints(): readonly string[] {
    return this.#frontend.endpoints;
  }

  /** The endpoints for workers, as libzmq resolved them. */
  get backendEndpoints(): readonly string[] {
    return this.#backend.endpoints;
  }

  /**
   * The number of dropped answers, whose clients had disconnected or did not read. A proxy on a thread
   * drops them uncounted.
   */
  get undeliverable(): number {
    return this.#undeliverable;
  }

  /** The number of dropped requests, which came while the proxy drained. */
  get refused(): number {
    return this.#refused;
  }

  /** Fulfilled when the proxy has stopped, after {@link stop} or a failure of its sockets. */
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
   * Stops forwarding and closes both sockets; messages that libzmq has already accepted have
   * `lingerMs` to leave. Fulfilled when both sockets are closed and their ports can be bound again.
   * Repeated calls do nothing more.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  /**
   * Drops further requests, waits for the answers to those that have passed, then stops; tells what it
   * gave up: requests that no worker has taken (`queued`), and requests of the last minute without an
   * answer (`inFlight`). Bytes do not tell a stream from a request, so a stream counts as answered by its
   * first response. A repeated call gives the same result.
   */
  drain({ timeoutMs = DRAIN_MS }: DrainOptions = {}): Promise<Drained> {
    this.#drained ??= this.#drain(timeoutMs);
    return this.#drained;
  }

  /** The same as {@link stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    await waitUntilDone(() => this.closed || this.#open.size === 0, timeoutMs);
    const queued = this.#backend.waiting ? 1 : 0;
    const given = { queued, inFlight: this.#open.size - queued };
    await this.stop();
    return given;
  }

  async #end(): Promise<void> {
    this.#thread?.end();
    await Promise.all([this.#frontend._shut(), this.#backend._shut()]);
    await Promise.all(this.#pumps);
    this.#background.end();
  }

  /** While there is no room for a request, no further request is read, as in libzmq's proxy. */
  #forward(): Promise<void> {
    const reading = this.#frontend.read(
      (request) => {
        const route = request.slice(0, -1);
        if (this.#drained !== undefined && !this.#open.has(route)) {
          this.#refused++;
          return undefined;
        }
        this.#open.add(route);
        return this.#backend.send(request);
      },
      (error, request) => {
        if (systemCode(error) !== "EAGAIN") throw this.#backend.sendFailure(error);
        return this.#backend.sendWithPatience(request);
      },
    );
    return this.#untilFailure(this.#frontend, reading);
  }

  #return(): Promise<void> {
    const reading = this.#backend.read(
      (answer) => {
        this.#open.delete(answer.slice(0, -1));
        return this.#frontend.send(answer);
      },
      (error) => {
        const failure = this.#frontend.sendFailure(error);
        if (!isPeerGone(failure)) throw failure;
        this.#undeliverable++;
        return undefined;
      },
    );
    return this.#untilFailure(this.#backend, reading);
  }

  async #untilFailure(from: RelaySocket, forwarding: Promise<void>): Promise<void> {
    try {
      await forwarding;
    } catch (error) {
      if (this.closed) return;
      log("connection", "error", { err: error }, `the proxy at ${from.endpoints} failed`);
      void this.stop();
    }
  }
}
