import type { Idempotency, RpcDefinition, RpcKind } from "../call/rpc.js";
import type { ResponseStream, StreamInput } from "../call/streams.js";
import type { MessageInit, MessageType } from "../envelope/message-type.js";
import type { CallOptions } from "./call-options.js";
import { RequestClient } from "./request-client.js";

/** An rpc that a program knows only at run time. */
export interface DynamicRpc<Q extends object = Uint8Array, R extends object = Uint8Array> {
  /** The full name of the service, a slash and the rpc's name: `greeter.v1.Greeter/Reverse`. */
  readonly path: string;
  /**
   * The type of the request, or of each message of a stream of requests: one of generated code, one
   * that the program makes, or `rawType("greeter.v1.Msg01")`.
   */
  readonly request: MessageType<Q>;
  /** The type of the response, or of each message of a stream of responses. */
  readonly response: MessageType<R>;
  /** Whether a call may go to the next server when a connection is lost. By default it may not. */
  readonly idempotency?: Idempotency;
}

/** An rpc with a response. */
type Answered<Q extends object, R extends object> = RpcDefinition<Q, R> & {
  readonly response: MessageType<R>;
};

/**
 * Calls rpcs that are known only at run time, for tools: {@link RequestClient} without generated
 * code. Keep the objects that describe rpcs, and use them again for further calls: the client holds
 * on to each.
 *
 * @example
 * ```ts
 * import { DynamicClient, rawType } from "dividere/messaging";
 *
 * const request = rawType("greeter.v1.Msg01");
 * const reverse = { path: "greeter.v1.Greeter/Reverse", request, response: request };
 * await using client = new DynamicClient("tcp://127.0.0.1:5555", { timeoutMs: 1_000 });
 * const reply = await client.unary(reverse, new Uint8Array([0x0a, 2, 0x68, 0x69]));
 * console.log(Buffer.from(reply).toString("hex"));
 * ```
 */
export class DynamicClient extends RequestClient {
  readonly #definitions = new Map<object, Map<RpcKind, RpcDefinition>>();

  /**
   * Calls an rpc with one request and one response.
   *
   * @throws RequestError when the server could not answer, with the server's reason.
   * @throws RetryError `TIMEOUT`, on a client with retries, when no server answered.
   * @throws DividereError `TIMEOUT`, `CLOSED`, `QUEUE_FULL`, `UNENCODABLE_MESSAGE`, or the signal's
   *   reason.
   * @throws DecodeError when the answer is not the response.
   */
  unary<Q extends object, R extends object>(
    rpc: DynamicRpc<Q, R>,
    message: MessageInit<Q>,
    options?: CallOptions,
  ): Promise<R> {
    return this.callUnary(this.#definition(rpc, "unary"), message as object, options);
  }

  /**
   * Calls an rpc that answers with a stream. The call begins at once, and the loop over the responses
   * throws the error of a failed call; see {@link unary}.
   */
  serverStream<Q extends object, R extends object>(
    rpc: DynamicRpc<Q, R>,
    message: MessageInit<Q>,
    options?: CallOptions,
  ): ResponseStream<R> {
    return this.callServerStream(this.#definition(rpc, "serverStream"), message as object, options);
  }

  /** Calls an rpc that takes a stream. Throws as {@link unary}, or the error that `messages` throws. */
  clientStream<Q extends object, R extends object>(
    rpc: DynamicRpc<Q, R>,
    messages: StreamInput<MessageInit<Q>>,
    options?: CallOptions,
  ): Promise<R> {
    return this.callClientStream(
      this.#definition(rpc, "clientStream"),
      messages as StreamInput<object>,
      options,
    );
  }

  /** Calls an rpc whose requests and responses are streams; see {@link serverStream}. */
  bidiStream<Q extends object, R extends object>(
    rpc: DynamicRpc<Q, R>,
    messages: StreamInput<MessageInit<Q>>,
    options?: CallOptions,
  ): ResponseStream<R> {
    return this.callBidiStream(
      this.#definition(rpc, "bidiStream"),
      messages as StreamInput<object>,
      options,
    );
  }

  /** The base class keeps what it derives from a definition, so there is one for each rpc. */
  #definition<Q extends object, R extends object>(
    rpc: DynamicRpc<Q, R>,
    kind: RpcKind,
  ): Answered<Q, R> {
    let ofRpc = this.#definitions.get(rpc);
    if (ofRpc === undefined) {
      ofRpc = new Map();
      this.#definitions.set(rpc, ofRpc);
    }
    let definition = ofRpc.get(kind);
    if (definition === undefined) {
      const { path, request, response, idempotency } = rpc;
      definition = {
        path,
        request,
        response,
        handler: "",
        ...(kind !== "unary" && { kind }),
        ...(idempotency !== undefined && { idempotency }),
      };
      ofRpc.set(kind, definition);
    }
    return definition as Answered<Q, R>;
  }
}
