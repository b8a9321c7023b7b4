import { Proxy as NativeProxy } from "zeromq";
import { DividereError } from "../../base/errors.js";
import { noteRelayRead } from "../../base/process-work.js";
import { endpointList } from "../socket/endpoint.js";
import type { Listening } from "../socket/listening.js";
import type { RelaySocket } from "./relay-socket.js";

/** The threads of libuv's pool that are left to file access, name look-ups and the like. */
const THREADS_LEFT = 2;

/** The number of threads in libuv's pool, unless the environment says otherwise. */
const USUAL_POOL = 4;

const running = new Set<RelayThread>();

/**
 * libzmq's own proxy between two sockets, on a thread of libuv's pool. The sockets belong to that
 * thread until it ends, which closes them.
 */
export class RelayThread {
  readonly #proxy: NativeProxy;
  /** Fulfilled when the thread is back in its pool; rejects if libzmq has ended the proxy. */
  readonly ended: Promise<void>;

  constructor(frontend: RelaySocket, backend: RelaySocket) {
    this.#proxy = new NativeProxy(frontend._lend(), backend._lend());
    if (running.size === 0) process.on("exit", endAll);
    running.add(this);
    noteRelayRead(1);
    this.ended = this.#run();
  }

  /** Ends the proxy. Repeated calls do nothing. */
  end(): void {
    if (running.has(this)) this.#proxy.terminate();
    this.#forget();
  }

  async #run(): Promise<void> {
    try {
      await this.#proxy.run();
    } finally {
      noteRelayRead(-1);
      this.#forget();
    }
  }

  #forget(): void {
    running.delete(this);
    if (running.size === 0) process.off("exit", endAll);
  }
}

/** Node.js waits for the threads of its pool when it exits. */
function endAll(): void {
  for (const each of [...running]) each.end();
}

/**
 * Throws if a thread cannot forward between these endpoints: while it does, no other thread may touch
 * the sockets, as the followers of an allow-list and of inproc do.
 *
 * @throws DividereError `OPTION_INVALID`.
 */
export function checkThread(secured: boolean, ...sides: readonly Listening[]): void {
  const pool = Number(process.env["UV_THREADPOOL_SIZE"]) || USUAL_POOL;
  const endpoints = sides.flatMap((side) => (typeof side === "number" ? [] : endpointList(side)));
  const why = secured
    ? "it cannot follow the allow-list of the option security"
    : endpoints.some((endpoint) => endpoint.includes("inproc://"))
      ? "it cannot follow the peers of inproc endpoints"
      : running.size >= Math.max(1, pool - THREADS_LEFT)
        ? `${running.size} of the ${pool} threads in libuv's pool already run proxies, and file access needs the others; set UV_THREADPOOL_SIZE when the process starts`
        : undefined;
  if (why === undefined) return;
  throw new DividereError(
    "OPTION_INVALID",
    `A proxy cannot forward on a thread here: ${why}, or leave the option thread out`,
  );
}
