import { Context, Router } from "zeromq";
import { DividereError, systemCode, toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { readZapRequest, type ZapRequest, zapReply } from "./zap-frames.js";

/** The endpoint to which libzmq sends its requests (ZeroMQ RFC 27/ZAP). */
const ENDPOINT = "inproc://zeromq.zap.01";

/** The time in which libzmq, in its own thread, frees the address of a closed handler. */
const RELEASE_MS = 1_000;

/**
 * The duration of a receive of the handler. A receive cannot be cancelled and keeps the process
 * alive, so it begins when a peer has connected and ends when no more requests come.
 */
const RECEIVE_MS = 200;

/** The interval of additional checks of the handler. */
const LOOK_EVERY_MS = 50;

/** Decides on the peers of one socket. */
export interface ZapDomain {
  /** Returns whether the peer is accepted. */
  decide(publicKey: string, address: string): boolean;
}

/** The registration of one socket with the handler. */
export interface ZapPlace {
  /** The socket's option `zapDomain`: a unique name. */
  readonly domain: string;
  /**
   * Makes the handler answer at once, because a peer has connected whose key libzmq is about to
   * check.
   */
  expect(): void;
  /** Ends the registration; the last one closes the handler. Repeated calls do nothing. */
  leave(): void;
}

/**
 * A context for the secured sockets alone, made with the first. libzmq asks the handler of the
 * socket's own context, which can have only one: in the default context this might be another
 * library's handler, with its own rules, or another copy of this package might find the place
 * taken.
 */
let context: Context | undefined;

let handler: ZapHandler | undefined;
let domains = 0;

/** Returns the context of the sockets that are servers of CURVE connections. */
export function securedContext(): Context {
  context ??= new Context();
  return context;
}

/**
 * Gives a socket a separate domain; the first call starts the handler.
 *
 * @throws DividereError `SECURITY_UNAVAILABLE` when the handler cannot be started.
 */
export function enterZap(domain: ZapDomain): ZapPlace {
  if (handler === undefined || handler.closed) handler = new ZapHandler();
  const current = handler;
  const name = `dividere-${++domains}`;
  current.add(name, domain);
  return {
    domain: name,
    expect: () => current.expect(),
    leave: () => current.remove(name),
  };
}

/**
 * The handler of this process, or of this worker thread, which tells libzmq at each handshake
 * whether to accept the client. Without the handler, or for an unknown domain, libzmq accepts no
 * client: each secured socket has the option `zapEnforceDomain`.
 */
class ZapHandler {
  readonly #router = new Router({
    context: securedContext(),
    linger: 0,
    receiveTimeout: RECEIVE_MS,
  });
  readonly #domains = new Map<string, ZapDomain>();
  readonly #timer: NodeJS.Timeout;
  #serving = false;
  closed = false;

  constructor() {
    try {
      bind(this.#router);
    } catch (cause) {
      this.#close();
      throw new DividereError(
        "SECURITY_UNAVAILABLE",
        `The handler that checks keys could not be started: ${toError(cause).message}; nobody is let in without it`,
        { cause },
      );
    }
    this.#timer = setInterval(() => {
      if (this.#router.readable) this.expect();
    }, LOOK_EVERY_MS).unref();
  }

  expect(): void {
    if (!this.#serving && !this.closed) void this.#serve();
  }

  add(name: string, domain: ZapDomain): void {
    this.#domains.set(name, domain);
  }

  remove(name: string): void {
    this.#domains.delete(name);
    if (this.#domains.size === 0) this.#close();
  }

  async #serve(): Promise<void> {
    this.#serving = true;
    try {
      for (;;) {
        const request = readZapRequest(await this.#router.receive());
        if (request === undefined) continue;
        await this.#router.send(zapReply(request, this.#decide(request)));
      }
    } catch (error) {
      // EAGAIN: no more requests wait.
      if (this.closed || systemCode(error) === "EAGAIN") return;
      this.#close();
      log("connection", "error", { err: error }, "keys can no longer be checked: nobody is let in");
    } finally {
      this.#serving = false;
    }
  }

  #decide({ domain, publicKey, address }: ZapRequest): boolean {
    try {
      return this.#domains.get(domain)?.decide(publicKey, address) === true;
    } catch (error) {
      log(
        "connection",
        "error",
        { err: error },
        `${publicKey} is not let in: its allow-list threw`,
      );
      return false;
    }
  }

  #close(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.#timer);
    this.#router.close();
  }
}

/**
 * Blocks the thread until the previous handler's address is free: a constructor cannot wait in any
 * other way.
 */
function bind(router: Router): void {
  const deadline = performance.now() + RELEASE_MS;
  for (;;) {
    try {
      router.bindSync(ENDPOINT);
      return;
    } catch (error) {
      if (systemCode(error) !== "EADDRINUSE" || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
