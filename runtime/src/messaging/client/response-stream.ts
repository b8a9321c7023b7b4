import { RequestError } from "../../base/errors.js";
import { withCallerStack } from "../../base/wait.js";
import { CallHeaders } from "../call/headers.js";
import type { CallResult } from "../call/interceptor.js";
import type { ResponseStream } from "../call/streams.js";
import type { CallOptions } from "./call-options.js";
import type { GivenUp } from "./given-up.js";
import { tellHeaders, tellTrailers } from "./reply-callbacks.js";

/** The responses of a call in progress, with or without interceptors around it. */
export class CallStream<T> implements ResponseStream<T> {
  readonly headers: Promise<CallHeaders>;
  readonly #result: Promise<CallResult>;
  readonly #givenUp: GivenUp;
  readonly #options: CallOptions | undefined;
  #trailers = new CallHeaders();
  #iterator: AsyncIterator<object> | undefined;
  #ended = false;

  /**
   * @param givenUp - Gives the call up.
   * @param options - The caller's options, whose callbacks are called.
   */
  constructor(result: Promise<CallResult>, givenUp: GivenUp, options: CallOptions | undefined) {
    this.#result = result;
    this.#givenUp = givenUp;
    this.#options = options;
    this.headers = result.then(({ headers, trailers }) => {
      this.#trailers = trailers;
      tellHeaders(options, headers);
      return headers;
    });
    // The loop reports a failure; until then the rejection must not count as unhandled.
    this.headers.catch(() => givenUp.release());
  }

  get trailers(): CallHeaders {
    return this.#trailers;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      this.#iterator ??= await this.#open();
      const result = await this.#iterator.next();
      if (result.done) this.#end();
      return result as IteratorResult<T, undefined>;
    } catch (error) {
      this.#end();
      throw withCallerStack(error);
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      this.cancel();
      await this.#iterator?.return?.();
    }
    return { done: true, value: undefined };
  }

  cancel(): void {
    this.#givenUp.abort(new RequestError("CANCELLED", "The caller has cancelled the call"));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #open(): Promise<AsyncIterator<object>> {
    await this.headers;
    const { messages } = await this.#result;
    if (messages === undefined) {
      throw new RequestError("INTERNAL", "An interceptor gave no stream of responses");
    }
    return messages[Symbol.asyncIterator]();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#givenUp.release();
    tellTrailers(this.#options, this.#trailers);
  }
}
