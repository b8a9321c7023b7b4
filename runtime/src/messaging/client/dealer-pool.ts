import { DividereError, linkClosed } from "../../base/errors.js";
import { canGiveUp, type Deferred, openWait, type WaitOptions } from "../../base/wait.js";
import { Dealer } from "../../connection/dealer.js";
import type { WhenFull } from "../../connection/queue/send-options.js";
import { type Endpoints, endpointList } from "../../connection/socket/endpoint.js";
import type { StatusEvent } from "../../connection/socket/monitor/monitor.js";
import type { ConnectorOptions } from "../../connection/socket/options.js";

/** One dealer and its peers. */
export interface Line {
  readonly dealer: Dealer;
  /** The number of peers. */
  peers: number;
  /** The features that the server has shown to understand; a sum of `Feature`s. */
  features: number;
}

/**
 * A dealer for each of several endpoints. A message goes to the next connected dealer, and waits
 * here while no dealer is connected, so that the sender can take it back.
 *
 * libzmq offers ZMQ_IMMEDIATE for this; but with that option, the answers of a peer that
 * disconnects are lost if they have not been read yet.
 */
export class DealerPool {
  readonly #lines: Line[] = [];
  readonly #waiting = new Set<Deferred<Line>>();
  readonly #queueLimit: number;
  readonly #whenFull: WhenFull | undefined;
  readonly #onLost: (line: Line) => void;
  #turn = 0;
  #closed = false;

  /**
   * @param onLost - Called when a line has lost its last peer.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound; no endpoint stays open
   *   then.
   */
  constructor(
    endpoints: Endpoints,
    options: ConnectorOptions = {},
    onLost: (line: Line) => void = () => {},
  ) {
    this.#onLost = onLost;
    this.#whenFull = options.whenFull;
    this.#queueLimit = options.sendQueueLimit ?? 1_000;
    const list = endpointList(endpoints);
    try {
      // The dealer refuses an empty list.
      for (const each of list.length === 0 ? [list] : list) {
        this.#lines.push(this.#open(each, options));
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * The endpoints in the order in which they were given; bound endpoints as libzmq resolved them.
   */
  get endpoints(): readonly string[] {
    return this.#lines.flatMap((line) => line.dealer.endpoints);
  }

  /** The likely cause of a call's failure; empty if none is known. */
  get hint(): string {
    return this.#lines.map((line) => line.dealer._hint).find((hint) => hint !== "") ?? "";
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Returns the next connected line, in turn; `undefined` while none is connected. */
  next(): Line | undefined {
    return this.#closed ? undefined : this.#nextConnected();
  }

  /**
   * Returns the next connected line; waits until a line connects.
   *
   * @param wanted - Whether the caller still wants the line, after the wait.
   */
  async wait(options: WaitOptions | undefined, wanted: () => boolean): Promise<Line> {
    if (this.#closed) throw this.#closedError();
    const line = await this.#connection(options);
    // The caller's own time-out may have been a moment earlier than that of the wait.
    if (!wanted()) throw this.#unconnected();
    return line;
  }

  /** Calls `listener` at each change of a dealer's state. */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    const stops = this.#lines.map((line) => line.dealer.onStatus(listener));
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Closes the dealers at once; waiting messages fail with `CLOSED`. Repeated calls do nothing. */
  close(): void {
    this.#closed = true;
    for (const line of this.#lines) line.dealer.close();
    for (const waiting of this.#waiting) waiting.reject(this.#closedError());
    this.#waiting.clear();
  }

  #open(endpoint: Endpoints, options: ConnectorOptions): Line {
    const onStatus = (event: StatusEvent): void => {
      this.#note(line, event);
      options.onStatus?.(event);
    };
    const line: Line = {
      dealer: new Dealer(endpoint, { ...options, onStatus }, "connect"),
      peers: 0,
      features: 0,
    };
    return line;
  }

  #nextConnected(): Line | undefined {
    const count = this.#lines.length;
    for (let step = 0; step < count; step++) {
      const index = (this.#turn + step) % count;
      const line = this.#lines[index];
      if (line !== undefined && line.peers > 0) {
        this.#turn = index + 1;
        return line;
      }
    }
    return undefined;
  }

  #connection(options: WaitOptions | undefined): Promise<Line> {
    const policy = this.#whenFull ?? (canGiveUp(options) ? "wait" : "reject");
    if (policy !== "wait" && this.#waiting.size >= this.#queueLimit) {
      throw new DividereError(
        "QUEUE_FULL",
        `${this.#queueLimit} messages already wait for a connection to ${this.endpoints.join(", ")}`,
      );
    }
    const waiting = openWait<Line>(
      options,
      () => `without a connection to ${this.endpoints.join(", ")}${this.hint}`,
      () => this.#waiting.delete(waiting),
    );
    if (!waiting.settled) this.#waiting.add(waiting);
    return waiting.promise;
  }

  #note(line: Line, event: StatusEvent): void {
    if (event.type === "disconnected" && line.peers > 0) {
      line.peers--;
      if (line.peers > 0) return;
      // Another program may appear at the same address.
      line.features = 0;
      this.#onLost(line);
    }
    if (event.type !== "connected") return;
    line.peers++;
    for (const waiting of [...this.#waiting]) {
      this.#waiting.delete(waiting);
      waiting.resolve(this.#nextConnected() ?? line);
    }
  }

  #unconnected(): DividereError {
    return new DividereError(
      "TIMEOUT",
      `The message was given up before there was a connection to ${this.endpoints.join(", ")}`,
    );
  }

  #closedError(): DividereError {
    return linkClosed(this.endpoints.join(", "));
  }
}
