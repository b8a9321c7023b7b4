import { Context, Router } from "zeromq";
import { DividereError, systemCode, toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { readZapRequest, type ZapRequest, zapReply } from "./zap-frames.js";

/** Where libzmq asks (ZeroMQ RFC 27/ZAP). */
const ENDPOINT = "inproc://zeromq.zap.01";

/** libzmq frees the address of a closed handler in a thread of its own, a moment later. */
const RELEASE_MS = 1_000;

/**
 * How long a receive of the handler goes on. It cannot be called back and keeps the process alive, so
 * it is begun when a peer has come, and ends when none asks any more.
 */
const RECEIVE_MS = 200;

/** How often the handler is looked at besides. */
const LOOK_EVERY_MS = 50;

/** Decides on the peers of one socket. */
export interface ZapDomain {
  /** Whether the peer is let in. */
  decide(publicKey: string, address: string): boolean;
}

/** The place of one socket with the handler. */
export interface ZapPlace {
  /** The socket's option `zapDomain`: a name that no other socket has. */
  readonly domain: string;
  /** Has the handler answer at once: a peer has come, whose key is about to be asked for. */
  expect(): void;
  /** Gives the place up; the last one closes the handler. May be called again. */
  leave(): void;
}

/**
 * A context for the secured sockets alone, made with the first. libzmq asks the handler of the
 * socket's own context, and there can be one: in the default context it might be another library's,
 * which lets in whom it pleases, or another copy of this package might find the place taken.
 */
let context: Context | undefined;

let handler: ZapHandler | undefined;
let domains = 0;

/** The context of the sockets that are servers of CURVE connections. */
export function securedContext(): Context {
  context ??= new Context();
  return context;
}

/**
 * Gives a socket a domain of its own, and starts the handler with the first.
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
 * The handler of this process – or of this worker thread – which tells libzmq at each handshake whom
 * to let in. Without it, or for a domain that it does not know, libzmq lets in nobody: each secured
 * socket has the option `zapEnforceDomain`.
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
      // EAGAIN: nobody asks any more.
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

/** Blocks the thread while the handler before this one goes: a constructor cannot wait otherwise. */
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
