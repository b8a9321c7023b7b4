import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** The two ends of one connection through a link. */
interface Pair {
  /** The end of the program that connected. */
  readonly near: Socket;
  /** The end of the program that listens. */
  readonly far: Socket;
}

/** How bytes travel over a link. */
interface Manner {
  /** How long each piece waits, in milliseconds. */
  readonly delayMs?: number;
  /** The largest piece, in bytes. */
  readonly pieceBytes?: number;
}

/**
 * A TCP proxy that breaks connections in the ways in which networks do. It listens on a port of its own and connects to
 * the port that it is given; until it is told otherwise it only passes bytes on.
 */
export class FaultyLink implements AsyncDisposable {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #target: number;
  #cut = false;
  #stalled = false;
  #manner: Manner = {};

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on("connection", (near) => this.#join(near));
  }

  /** Opens a link to a port of this machine. */
  static async open(target: number): Promise<FaultyLink> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new FaultyLink(server, target);
  }

  /** The endpoint to connect to. */
  get endpoint(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The link is closed");
    return `tcp://127.0.0.1:${address.port}`;
  }

  /** The number of connections that go through. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Ends each connection, and each later one at once, until {@link mend}. */
  cut(): void {
    this.#cut = true;
    for (const pair of [...this.#pairs]) this.#end(pair);
  }

  /** Lets nothing through in either direction, without a sign to either end, until {@link mend}. */
  stall(): void {
    this.#stalled = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  /** Lets bytes through again, and connections too. */
  mend(): void {
    this.#cut = false;
    this.#stalled = false;
    for (const { near, far } of this.#pairs) {
      near.resume();
      far.resume();
    }
  }

  /** Sends bytes late, in small pieces, or both. */
  carry(manner: Manner): void {
    this.#manner = manner;
  }

  /** Resets the near end of each connection; the far end learns nothing and stays open. */
  resetNear(): void {
    for (const { near, far } of this.#pairs) {
      far.pause();
      near.resetAndDestroy();
    }
  }

  /** Resets both ends of each connection. */
  reset(): void {
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Ends the direction from the far end to the near end of each connection; the other stays open. */
  halfClose(): void {
    for (const { near, far } of this.#pairs) {
      far.pause();
      near.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(near: Socket): void {
    if (this.#cut) {
      near.destroy();
      return;
    }
    const far = connect({ port: this.#target, host: "127.0.0.1", allowHalfOpen: true });
    const pair = { near, far };
    this.#pairs.add(pair);
    this.#pass(near, far);
    this.#pass(far, near);
    // Neither end's failure is one of the link: its other end gets to know below.
    near.on("error", () => {});
    far.on("error", () => near.destroy());
    far.on("close", () => {
      near.destroy();
      this.#pairs.delete(pair);
    });
    if (this.#stalled) far.pause();
    else near.resume();
  }

  #pass(from: Socket, to: Socket): void {
    let last: Promise<void> = Promise.resolve();
    from.on("data", (bytes: Buffer) => {
      const { delayMs = 0, pieceBytes } = this.#manner;
      if (delayMs === 0 && pieceBytes === undefined) {
        last = last.then(() => void to.write(bytes));
        return;
      }
      last = last.then(async () => {
        if (delayMs > 0) await delay(delayMs);
        const size = pieceBytes ?? bytes.length;
        for (let at = 0; at < bytes.length; at += size) {
          to.write(bytes.subarray(at, at + size));
          if (pieceBytes !== undefined) await new Promise(setImmediate);
        }
      });
    });
    from.on("end", () => {
      last = last.then(() => void to.end());
    });
  }

  #end({ near, far }: Pair): void {
    near.destroy();
    far.destroy();
  }
}
