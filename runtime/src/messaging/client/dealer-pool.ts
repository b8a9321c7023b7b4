import { DividereError, linkClosed } from "../../base/errors.js";
import { Listeners } from "../../base/listeners.js";
import { canGiveUp, type Deferred, openWait, type WaitOptions } from "../../base/wait.js";
import { Dealer } from "../../connection/dealer.js";
import type { WhenFull } from "../../connection/queue/send-options.js";
import { type Endpoints, endpointList } from "../../connection/socket/endpoint.js";
import type { StatusEvent } from "../../connection/socket/monitor/monitor.js";
import type { ConnectorOptions } from "../../connection/socket/options.js";
import { CallBatches } from "../batch/call-batches.js";
import { callSplitter } from "../batch/split.js";
import { isOpen, type Line, type LineChoice } from "./line.js";

/**
 * A dealer for each of several endpoints. A message goes to the next connected dealer, and waits
 * here while no dealer is connected, so that the sender can take it back. Lines may come and go meanwhile.
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
  readonly #options: ConnectorOptions;
  readonly #listeners = new Listeners<StatusEvent>("messaging");
  /** The choice of the line for the next call. */
  choice: LineChoice = "inTurn";
  /**
   * Whether somebody adds and removes lines as servers come and go: a call then waits for a server that
   * does not stop, and the list may be empty.
   */
  followed = false;
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
    this.#options = options;
    this.#whenFull = options.whenFull;
    this.#queueLimit = options.sendQueueLimit ?? 1_000;
    const list = endpointList(endpoints);
    try {
      // The dealer refuses an empty list.
      for (const each of list.length === 0 ? [list] : list) {
        this.#lines.push(this.#open(each));
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
    return this.#lines.filter(({ leaving }) => !leaving).flatMap((line) => line.dealer.endpoints);
  }

  /** The endpoints, for messages to people. */
  get whereabouts(): string {
    return this.endpoints.join(", ") || "any instance: none is listed";
  }

  /** Whether a call that one server refuses may go to another. */
  get movable(): boolean {
    return this.followed || this.#lines.length > 1;
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

  /** Returns whether a line other than this takes a call now, or may come to take one. */
  hasOther(line: Line): boolean {
    return this.followed || this.#lines.some((each) => each !== line && isOpen(each));
  }

  /** Whether a line is connected. */
  get connected(): boolean {
    return this.#lines.some(({ peers }) => peers > 0);
  }

  /** The features that the server of the next call has shown; 0 while none is connected. */
  get features(): number {
    return this.#lines[this.#openIndex()]?.features ?? 0;
  }

  /**
   * Adds a line, or takes the line to that endpoint back that is leaving.
   *
   * @throws ConnectionError when the endpoint is invalid.
   */
  add(endpoint: string): void {
    if (this.#closed) return;
    const known = this.#lines.find((line) => line.endpoint === endpoint);
    if (known !== undefined) {
      known.leaving = false;
      this.#serveWaiting();
    } else this.#lines.push(this.#open(endpoint));
  }

  /** Sends no further call on the line to that endpoint, and closes it when it has no open call. */
  remove(endpoint: string): void {
    const line = this.#lines.find((each) => each.endpoint === endpoint);
    if (line === undefined) return;
    line.leaving = true;
    this.settle(line);
  }

  /** Closes a line that is leaving and has no open call; to be called when a call has ended. */
  settle(line: Line): void {
    if (!line.leaving || line.calls > 0) return;
    const index = this.#lines.indexOf(line);
    if (index < 0) return;
    this.#lines.splice(index, 1);
    if (this.#turn > index) this.#turn--;
    line.dealer.close();
  }

  /** Takes the next line for the next call, also if the choice is a lasting one. */
  skip(): void {
    this.#turn = this.#openIndex() + 1;
  }

  /** Notes that a server stops, or is not the one that is meant, so that further calls go to others. */
  noteStopping(line: Line): void {
    line.stopping = true;
  }

  /** Calls `listener` at each change of a dealer's state. */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Closes the dealers at once; waiting messages fail with `CLOSED`. Repeated calls do nothing. */
  close(): void {
    this.#closed = true;
    for (const line of this.#lines) line.dealer.close();
    this.#listeners.clear();
    for (const waiting of this.#waiting) waiting.reject(this.#closedError());
    this.#waiting.clear();
  }

  #open(endpoint: Endpoints): Line {
    // What an async listener returns goes to its caller, who looks at it.
    const onStatus = (event: StatusEvent): unknown => {
      this.#note(line, event);
      this.#listeners.emit(event);
      return this.#options.onStatus?.(event);
    };
    const dealer = new Dealer(endpoint, { ...this.#options, onStatus }, "connect");
    dealer._splitWith(callSplitter(3));
    const line: Line = {
      dealer,
      batches: new CallBatches(dealer._queue),
      endpoint: typeof endpoint === "string" ? endpoint : undefined,
      peers: 0,
      features: 0,
      calls: 0,
      leaving: false,
      stopping: false,
    };
    return line;
  }

  #nextConnected(): Line | undefined {
    const index = this.#openIndex();
    if (index < 0) return undefined;
    this.#turn = this.choice === "lasting" ? index : index + 1;
    return this.#lines[index];
  }

  /** Returns the index of the line for the next call; -1 if there is none. */
  #openIndex(): number {
    const count = this.#lines.length;
    let stopping = -1;
    for (let step = 0; step < count; step++) {
      const index = (this.#turn + step) % count;
      const line = this.#lines[index];
      if (line === undefined || line.peers === 0 || line.leaving) continue;
      if (!line.stopping) return index;
      if (stopping < 0) stopping = index;
    }
    // The last server that is left says itself that it stops.
    return this.followed ? -1 : stopping;
  }

  #connection(options: WaitOptions | undefined): Promise<Line> {
    const policy = this.#whenFull ?? (canGiveUp(options) ? "wait" : "reject");
    if (policy !== "wait" && this.#waiting.size >= this.#queueLimit) {
      throw new DividereError(
        "QUEUE_FULL",
        `${this.#queueLimit} messages already wait for a connection to ${this.whereabouts}`,
      );
    }
    const waiting = openWait<Line>(
      options,
      () => `without a connection to ${this.whereabouts}${this.hint}`,
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
      line.stopping = false;
      this.#onLost(line);
    }
    if (event.type !== "connected") return;
    line.peers++;
    this.#serveWaiting();
  }

  /** Gives the messages that wait for a connection their lines. */
  #serveWaiting(): void {
    for (const waiting of [...this.#waiting]) {
      const line = this.#nextConnected();
      if (line === undefined) return;
      this.#waiting.delete(waiting);
      waiting.resolve(line);
    }
  }

  #unconnected(): DividereError {
    return new DividereError(
      "TIMEOUT",
      `The message was given up before there was a connection to ${this.whereabouts}`,
    );
  }

  #closedError(): DividereError {
    return linkClosed(this.whereabouts);
  }
}
