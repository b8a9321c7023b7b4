import type { Drained, DrainOptions } from "../../base/drain.js";
import { withCallerStack } from "../../base/wait.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { StatusEvent } from "../../connection/socket/monitor/monitor.js";
import type { RpcDefinition } from "../call/rpc.js";
import type { ResponseStream, StreamInput } from "../call/streams.js";
import type { MessageType } from "../envelope/message-type.js";
import { readReply } from "../envelope/reply.js";
import type { CallOptions, RequestClientOptions } from "./call-options.js";
import { Caller } from "./caller.js";
import type { DealerPool } from "./dealer-pool.js";

/** An rpc with a response. */
type Answered<R extends object> = RpcDefinition & { readonly response: MessageType<R> };

/**
 * Sends requests and matches the answers to them, with any number in flight and in any order: the
 * base of the generated clients. Each request carries a number in a separate frame, which REP
 * sockets, routers and brokers send back with the answer, those of Python's `dividere` included.
 * Requests go to several endpoints round robin. The client connects to an endpoint; `@` at its
 * front binds it.
 *
 * A request waits until a server is connected; if the request times out before that, it is never
 * sent. If the connection is lost after the request was sent, the call fails with the status
 * `UNAVAILABLE`, or goes to the next server if its rpc is idempotent. A request that was sent and
 * never answered may have been carried out.
 *
 * @example
 * ```ts
 * import { GreeterRequest } from "./gen/greeter_dividere.js"; // extends RequestClient
 *
 * await using greeter = new GreeterRequest("tcp://127.0.0.1:5555", { timeoutMs: 1_000 });
 * const calls = ["hello", "world"].map((field1) => greeter.reverse({ field1 }));
 * console.log(await Promise.all(calls));
 * ```
 */
export class RequestClient implements AsyncDisposable {
  readonly #caller: Caller;

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, options: RequestClientOptions = {}) {
    this.#caller = new Caller(endpoints, options, (sent) => {
      // A server's message during the handshake explains more than a guess.
      const { hint } = this.#caller.correlator;
      return hint === "" ? this._timeoutHint(sent) : hint;
    });
  }

  /** The endpoints; bound endpoints as libzmq resolved them. */
  get endpoints(): readonly string[] {
    return this.#caller.correlator.endpoints;
  }

  /**
   * The number of replies that were dropped because no call waited for them: those that came too late,
   * or a second time, and what a server had sent of a stream before it heard that the stream was left. A client reads, and
   * so counts, while a call waits.
   */
  get unwantedReplies(): number {
    return this.#caller.correlator.unwanted;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#caller.correlator.closed;
  }

  /**
   * Sends a request that names no rpc and waits for its response: for servers that choose the
   * handler by the message type, Python's `dividere` among them.
   *
   * @throws RequestError when the server could not answer, with the server's reason.
   * @throws RetryError `TIMEOUT`, on a client with retries, when no server answered the request or
   *   any of its retries.
   * @throws DividereError `TIMEOUT`, `CLOSED`, `QUEUE_FULL`, `UNENCODABLE_MESSAGE`, or the signal's
   *   reason.
   * @throws DecodeError when the answer is not the requested response.
   */
  protected async call<Q extends object, R extends object>(
    request: MessageType<Q>,
    response: MessageType<R>,
    message: Q,
    options?: CallOptions,
  ): Promise<R> {
    try {
      const reply = await this._roundTrip(request as MessageType<object>, message, options);
      return readReply(reply, this.#caller.decoderOf(response as MessageType<object>)) as R;
    } catch (error) {
      throw withCallerStack(error);
    }
  }

  /**
   * Calls an rpc; generated code uses this method. Throws as {@link call}.
   *
   * @param message - Fields that are left out have their default values.
   */
  protected async callUnary<R extends object>(
    rpc: Answered<R>,
    message: object,
    options?: CallOptions,
  ): Promise<R> {
    try {
      const direct = this.#caller.direct(rpc, message, options);
      if (direct === undefined) return (await this.#caller.single(rpc, message, options)) as R;
      return this.#caller.opened(rpc, direct, await direct.answer, options) as R;
    } catch (error) {
      throw withCallerStack(error);
    }
  }

  /**
   * Calls an rpc that answers with a stream; generated code uses this method. The call begins at
   * once, and the loop over the responses throws the error of a failed call.
   */
  protected callServerStream<R extends object>(
    rpc: Answered<R>,
    message: object,
    options?: CallOptions,
  ): ResponseStream<R> {
    return this.#caller.stream<R>(rpc, message, options);
  }

  /**
   * Calls an rpc that takes a stream; generated code uses this method. Throws as {@link call}, or
   * the error that `messages` throws.
   *
   * @param messages - Read as fast as the server takes them, and left when the call ends.
   */
  protected async callClientStream<R extends object>(
    rpc: Answered<R>,
    messages: StreamInput<object>,
    options?: CallOptions,
  ): Promise<R> {
    try {
      return (await this.#caller.single(rpc, messages, options)) as R;
    } catch (error) {
      throw withCallerStack(error);
    }
  }

  /** Calls an rpc whose requests and responses are streams; generated code uses this method. */
  protected callBidiStream<R extends object>(
    rpc: Answered<R>,
    messages: StreamInput<object>,
    options?: CallOptions,
  ): ResponseStream<R> {
    return this.#caller.stream<R>(rpc, messages, options);
  }

  /**
   * @internal Sends a request and returns the answer's frame. Throws at once if the message cannot
   *   be encoded.
   */
  _roundTrip(
    type: MessageType<object>,
    message: object,
    options?: CallOptions,
  ): Promise<Uint8Array> {
    return this.#caller.plain(type, message, options);
  }

  /** @internal The connections to the servers, for what follows a list of them. */
  get _lines(): DealerPool {
    return this.#caller.correlator.pool;
  }

  /** @internal Makes a call, and returns the features that the server has shown with its answer. */
  _featuresOf(rpc: RpcDefinition, message: object, options?: CallOptions): Promise<number> {
    return this.#caller.featuresOf(rpc, message, options);
  }

  /** @internal Calls `then` once, when the client has closed. */
  _onClose(then: () => void): void {
    this.#caller.correlator.onClose(then);
  }

  /** @internal The number of calls in flight. */
  get _inFlight(): number {
    return this.#caller.correlator.size;
  }

  /**
   * Calls `listener` at each change of a connection's state, from now until the returned function
   * is called or the client closes.
   */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    return this.#caller.correlator.onStatus(listener);
  }

  /** Closes the client at once; calls in flight fail with `CLOSED`. Repeated calls do nothing. */
  close(): void {
    this.#caller.correlator.close();
  }

  /**
   * Waits for the answers to the calls in flight, then closes: further calls fail with `CLOSED` at once.
   * Calls that are not answered within the time fail with `CLOSED` too, and the result counts those that
   * no server has got (`queued`) and the others (`inFlight`). A repeated call gives the same result.
   */
  drain(options?: DrainOptions): Promise<Drained> {
    return this.#caller.correlator.drain(options);
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** @internal Returns the next step after a time-out: the end of the error's message. */
  _timeoutHint(sent: boolean): string {
    return sent
      ? "; the request was sent, so look at the server's log, or raise timeoutMs"
      : "; is the server running, and does it bind that endpoint?";
  }
}
