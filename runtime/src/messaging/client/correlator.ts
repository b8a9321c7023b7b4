import { DRAIN_MS, type Drained, type DrainOptions, waitUntilDone } from "../../base/drain.js";
import { DividereError, RequestError } from "../../base/errors.js";
import { PassingMap } from "../../base/passing-map.js";
import type { WaitOptions } from "../../base/wait.js";
import { EMPTY, keyOf, type Routed } from "../../connection/frames/routed.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { StatusEvent } from "../../connection/socket/monitor/monitor.js";
import type { ConnectorOptions } from "../../connection/socket/options.js";
import type { MessageConsumer } from "../../connection/socket/receiver.js";
import { Feature } from "../envelope/format.js";
import { DealerPool } from "./dealer-pool.js";
import type { Line } from "./line.js";

/** The part of a call that waits for frames from the server. */
export interface Exchange {
  /** Takes a frame that belongs to the call. */
  receive(frame: Uint8Array, line: Line): void;
  /**
   * Called when the connection that carried the call is lost, so that no answer can come by it.
   *
   * @param error - A `RequestError` with the status `UNAVAILABLE`, or the failure of the socket.
   */
  lost(error: Error): void;
}

/**
 * The wait for answers that arrived before the end of a connection, in milliseconds: libzmq reports
 * the end on another path than the messages take.
 */
const LAST_WORDS_MS = 50;

/** Sends frames that carry the number of their call, and hands each returning frame to its call. */
export class Correlator {
  /** The connections. */
  readonly pool: DealerPool;
  readonly #open = new PassingMap<string, Conversation>();
  readonly #readers = new Map<Line, MessageConsumer<Routed<Uint8Array>>>();
  readonly #onClose: (() => void)[] = [];
  #sequence = 0;
  #unwanted = 0;
  #drained: Promise<Drained> | undefined;

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, options: ConnectorOptions) {
    this.pool = new DealerPool(endpoints, options, (line) => this.#lost(line));
  }

  /** The endpoints; bound endpoints as libzmq resolved them. */
  get endpoints(): readonly string[] {
    return this.pool.endpoints;
  }

  /** The endpoints, for messages to people. */
  get whereabouts(): string {
    return this.pool.whereabouts;
  }

  /** The likely cause of a call's failure; empty if none is known. */
  get hint(): string {
    return this.pool.hint;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.pool.closed;
  }

  /** The number of calls that wait for frames. */
  get size(): number {
    return this.#open.size;
  }

  /** The number of frames that were dropped because no call waited for them. */
  get unwanted(): number {
    return this.#unwanted;
  }

  /** Begins a call, which {@link Conversation.end} ends. */
  begin(exchange: Exchange): Conversation {
    const id = (this.#sequence++).toString(36);
    const refused = this.#drained !== undefined;
    const conversation = new Conversation(id, exchange, this, refused);
    this.#open.set(id, conversation);
    return conversation;
  }

  /** @internal Sends a call's request to the next connected server; waits until a server connects. */
  _send(conversation: Conversation, frame: Uint8Array, until?: WaitOptions): Promise<void> {
    if (conversation.refused) return Promise.reject(this.#closedError());
    const line = this.pool.next();
    if (line !== undefined) return this.#sendOn(line, conversation, frame, until);
    const wanted = (): boolean => this.#open.has(conversation.id);
    return this.pool.wait(until, wanted).then((connected) =>
      // The line may have left between its connection and this turn.
      connected.leaving
        ? this._send(conversation, frame, until)
        : this.#sendOn(connected, conversation, frame, until),
    );
  }

  /** @internal */
  _end(conversation: Conversation): void {
    this.#open.delete(conversation.id);
    this.#moveTo(undefined, conversation);
  }

  /** Notes the line that has a call. */
  #moveTo(line: Line | undefined, conversation: Conversation): void {
    const before = conversation.counted;
    if (before === line) return;
    conversation.counted = line;
    if (line !== undefined) line.calls++;
    if (before === undefined) return;
    before.calls--;
    if (before.leaving) this.pool.settle(before);
  }

  #sendOn(
    line: Line,
    conversation: Conversation,
    frame: Uint8Array,
    until: WaitOptions | undefined,
  ): Promise<void> {
    conversation.line = line;
    this.#moveTo(line, conversation);
    // Behind an endpoint with several servers, each message may go to another one.
    const together = (line.features & Feature.BATCH) !== 0 && line.peers === 1;
    const sending = together
      ? line.batches.send([], conversation.route[0] as Uint8Array, frame, this.#open.size, until)
      : line.dealer.send({ route: conversation.route, message: frame }, until);
    this.#read(line);
    return sending;
  }

  /** Calls `listener` at each change of a connection's state. */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    return this.pool.onStatus(listener);
  }

  /** Calls `then` once, when the sockets are closed. */
  onClose(then: () => void): void {
    if (this.closed) then();
    else this.#onClose.push(then);
  }

  /** Closes the sockets at once; every call fails with `CLOSED`. */
  close(): void {
    // First, so that a stream can still tell its server.
    this.#failAll(this.#closedError());
    this.pool.close();
    for (const then of this.#onClose.splice(0)) then();
  }

  /** Waits for the calls that are open, refuses others, then closes; gives the calls that failed. */
  drain({ timeoutMs = DRAIN_MS }: DrainOptions = {}): Promise<Drained> {
    this.#drained ??= this.#drain(timeoutMs);
    return this.#drained;
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    // So that #drained is set before a call can begin.
    await Promise.resolve();
    await waitUntilDone(() => this.size === 0, timeoutMs);
    const unsent = [...this.#open.values()].filter((each) => each.line === undefined).length;
    const given = { queued: unsent, inFlight: this.size - unsent };
    this.close();
    return given;
  }

  #closedError(): DividereError {
    return new DividereError("CLOSED", `The client of ${this.whereabouts} is closed`);
  }

  /** Reads from a line while calls wait for frames. */
  #read(line: Line): void {
    let reader = this.#readers.get(line);
    if (reader === undefined) {
      reader = {
        wants: () => this.#open.size > 0 && !line.dealer.closed,
        take: ({ route: [id], message }) => {
          const call = id === undefined ? undefined : this.#open.get(keyOf(id));
          // A frame that comes after the end of its call is dropped.
          if (call === undefined) this.#unwanted++;
          else call.exchange.receive(message, line);
        },
        // A line whose server has left the list closes by itself.
        fail: (error) => line.leaving || this.#failAll(error),
      };
      this.#readers.set(line, reader);
    }
    line.dealer._consume(reader);
  }

  #failAll(error: Error): void {
    for (const { exchange } of [...this.#open.values()]) exchange.lost(error);
    this.#open.clear();
  }

  #lost(line: Line): void {
    const concerned = [...this.#open.values()].filter((each) => each.line === line);
    if (concerned.length === 0) return;
    setTimeout(() => {
      for (const { id, exchange } of concerned) {
        if (!this.#open.has(id)) continue;
        exchange.lost(
          new RequestError(
            "UNAVAILABLE",
            `The connection to ${line.dealer.endpoints.join(", ")} was lost before the answer; the request may have been carried out`,
          ),
        );
      }
    }, LAST_WORDS_MS);
  }
}

/** The frames of one call; each carries the call's number. */
export class Conversation {
  /** The call's number, as it travels. */
  readonly id: string;
  readonly exchange: Exchange;
  /** The frames before each message. */
  readonly route: readonly Uint8Array[];
  readonly #correlator: Correlator;
  /** The line that the call was last sent on. */
  line: Line | undefined;
  /** The line that counts the call as open. */
  counted: Line | undefined;

  /** Whether the client took no further call when this one began. */
  readonly refused: boolean;

  constructor(id: string, exchange: Exchange, correlator: Correlator, refused: boolean) {
    this.refused = refused;
    this.id = id;
    this.exchange = exchange;
    this.route = [Buffer.from(id, "latin1"), EMPTY];
    this.#correlator = correlator;
  }

  /** Sends the request to the next connected server; waits until a server connects. */
  send(frame: Uint8Array, until?: WaitOptions): Promise<void> {
    return this.#correlator._send(this, frame, until);
  }

  /** Sends a further frame to the server that has the request. */
  async follow(frame: Uint8Array): Promise<void> {
    await this.line?.dealer.send({ route: this.route, message: frame });
  }

  /** Ends the call; later frames are dropped. */
  end(): void {
    this.#correlator._end(this);
  }
}
