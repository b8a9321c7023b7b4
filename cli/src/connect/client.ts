import type { MessageInitShape } from "@bufbuild/protobuf";
import { create, type DescMessage, type DescMethod, type MessageShape } from "@bufbuild/protobuf";
import {
  type CallOptions,
  DividereError,
  RequestClient,
  type RequestClientOptions,
  type ResponseStream,
} from "dividere/messaging";
import { rpcDefinition } from "../schema/rpc.js";

/** Calls rpcs that are known only by their descriptors. */
export class DynamicClient extends RequestClient {
  #refusal: Error | undefined;

  constructor(endpoints: readonly string[], options: RequestClientOptions = {}) {
    super(endpoints, { lingerMs: 0, ...options });
    this.onStatus((event) => {
      if (event.type === "refused") this.#refusal = event.error;
    });
  }

  /** Calls an rpc without streams. */
  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethod & { readonly input: I; readonly output: O },
    message: MessageInitShape<I>,
    options?: CallOptions,
  ): Promise<MessageShape<O>> {
    return await this.#explained(
      this.callUnary(rpcDefinition(method), create(method.input, message), options),
    );
  }

  /** Calls an rpc that takes a stream and returns one message. */
  async clientStream(
    method: DescMethod,
    messages: AsyncIterable<object>,
    options?: CallOptions,
  ): Promise<object> {
    return await this.#explained(this.callClientStream(rpcDefinition(method), messages, options));
  }

  /** Calls an rpc that returns a stream. */
  stream<O extends DescMessage>(
    method: DescMethod & { readonly output: O },
    requests: object | AsyncIterable<object>,
    options?: CallOptions,
  ): ResponseStream<MessageShape<O>> {
    const rpc = rpcDefinition(method);
    return method.methodKind === "bidi_streaming"
      ? this.callBidiStream(rpc, requests as AsyncIterable<object>, options)
      : this.callServerStream(rpc, requests, options);
  }

  /** The server's refusal explains more than the time-out that follows from it. */
  async #explained<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      const isTimeout = error instanceof DividereError && error.code === "TIMEOUT";
      throw isTimeout && this.#refusal !== undefined ? this.#refusal : error;
    }
  }
}
