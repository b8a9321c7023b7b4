import { DividereError } from "../../base/errors.js";
import { steadyNow } from "../../base/wait.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import { deadlineIn, remainingMs } from "../call/deadline.js";
import { CallHeaders } from "../call/headers.js";
import {
  type Call,
  type CallHandler,
  type CallResult,
  intercept,
  rpcInfo,
} from "../call/interceptor.js";
import { type RpcDefinition, streamsRequests, streamsResponses } from "../call/rpc.js";
import { serviceHeaders } from "../call/service-name.js";
import type { StreamInput } from "../call/streams.js";
import { EnvelopeDecoder } from "../envelope/decoder.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import { type Envelope, type EnvelopeHeader, Feature } from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";
import { errorOf, openReply } from "../envelope/reply.js";
import { KEEP_ALIVE_MS, KeepAlive } from "../stream/keep-alive.js";
import type { CallOptions, RequestClientOptions } from "./call-options.js";
import { Correlator } from "./correlator.js";
import { GivenUp } from "./given-up.js";
import { tellReply } from "./reply-callbacks.js";
import { CallStream } from "./response-stream.js";
import { StreamExchange, type StreamSettings } from "./stream-exchange.js";
import { type RetryPlan, UnaryExchange } from "./unary-exchange.js";

/** The longest time that fits the envelope's field. */
const LONGEST_TIMEOUT_MS = 0xffff_ffff;

/** The parts of a request besides its message, as they are encoded and sent. */
interface Sending {
  readonly type: MessageType<object>;
  readonly rpc?: RpcDefinition;
  readonly headers?: CallHeaders | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Carries out the calls of a client. */
export class Caller {
  readonly correlator: Correlator;
  readonly #options: RequestClientOptions;
  readonly #timeoutMs: number;
  readonly #plan: RetryPlan;
  readonly #streams: StreamSettings;
  /** The headers of every request, besides those of its caller. */
  readonly #ownHeaders: readonly EnvelopeHeader[];
  readonly #encoder = new EnvelopeEncoder<MessageType<object>>();
  readonly #decoders = new Map<MessageType<object>, EnvelopeDecoder<MessageType<object>>>();
  readonly #handlers = new Map<RpcDefinition, CallHandler>();

  /**
   * @param hint - Returns the next step after a time-out, which depends on whether the request was
   *   sent.
   * @throws ConnectionError when an endpoint is invalid.
   */
  constructor(
    endpoints: Endpoints,
    options: RequestClientOptions,
    hint: (sent: boolean) => string,
  ) {
    this.correlator = new Correlator(endpoints, options);
    this.#options = options;
    const { maxRetries = 0, retryTimeoutMs = 5_000 } = options;
    this.#plan = { maxRetries, retryTimeoutMs, hint };
    this.#timeoutMs = options.timeoutMs ?? (maxRetries > 0 ? Number.POSITIVE_INFINITY : 10_000);
    this.#ownHeaders = serviceHeaders(options.serviceName);
    this.#streams = {
      ownHeaders: this.#ownHeaders,
      keepAlive: new KeepAlive(),
      keepAliveMs: options.keepAliveMs ?? KEEP_ALIVE_MS,
      toldTimeout,
      hint,
    };
  }

  /** Sends a request that names no rpc, and returns the answer's frame. */
  plain(type: MessageType<object>, message: object, options?: CallOptions): Promise<Uint8Array> {
    const { signal, headers } = options ?? {};
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const sending = { type, timeoutMs, signal, headers: headers && new CallHeaders(headers) };
    return this.#send(sending, message).answer;
  }

  /** Calls an rpc whose response is a single message. */
  async single(rpc: RpcDefinition, input: object, options?: CallOptions): Promise<object> {
    const givenUp = new GivenUp(options?.signal);
    try {
      const result = await this.#handlerOf(rpc)(this.#call(rpc, input, givenUp.signal, options));
      tellReply(options, result);
      return result.message as object;
    } finally {
      givenUp.release();
    }
  }

  /** Calls an rpc whose responses are a stream. */
  stream<R>(rpc: RpcDefinition, input: object, options?: CallOptions): CallStream<R> {
    const givenUp = new GivenUp(options?.signal);
    const begin = async (): Promise<CallResult> =>
      this.#handlerOf(rpc)(this.#call(rpc, input, givenUp.signal, options));
    return new CallStream<R>(begin(), givenUp, options);
  }

  get #intercepts(): boolean {
    return (this.#options.interceptors?.length ?? 0) > 0;
  }

  /**
   * Begins a call without streams and interceptors, which needs no description for them; returns
   * `undefined` for any other call. {@link opened} reads its answer.
   */
  direct(
    rpc: RpcDefinition,
    message: object,
    options: CallOptions | undefined,
  ): UnaryExchange | undefined {
    if (rpc.kind !== undefined || this.#intercepts) return undefined;
    const headers = options?.headers && new CallHeaders(options.headers);
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const sending = { type: rpc.request, rpc, headers, timeoutMs, signal: options?.signal };
    return this.#send(sending, message);
  }

  /** Returns the response in the frame that answers a call which {@link direct} began. */
  opened(
    rpc: RpcDefinition,
    exchange: UnaryExchange,
    frame: Uint8Array,
    options: CallOptions | undefined,
  ): object {
    const envelope = this.#envelope(rpc, exchange, frame);
    if (envelope.headers !== undefined) {
      tellReply(options, {
        headers: headersIn(envelope.headers, false),
        trailers: headersIn(envelope.headers, true),
      });
    }
    return openReply(envelope, this.decoderOf(rpc.response ?? rpc.request));
  }

  /**
   * Makes a call without interceptors; returns the features that the server has shown with its answer.
   *
   * @throws RequestError if the server has refused the call.
   */
  async featuresOf(rpc: RpcDefinition, message: object, options?: CallOptions): Promise<number> {
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const sending = { type: rpc.request, rpc, timeoutMs, signal: options?.signal };
    const exchange = this.#send(sending, message);
    const { status, features } = this.#envelope(rpc, exchange, await exchange.answer);
    if (status !== undefined) throw errorOf(status);
    return features ?? 0;
  }

  /** Reads an answer's envelope, and remembers the features that it shows of the server. */
  #envelope(rpc: RpcDefinition, { line }: UnaryExchange, frame: Uint8Array): Envelope {
    const envelope = this.decoderOf(rpc.response ?? rpc.request).read(frame);
    if (line !== undefined) line.features |= envelope.features ?? 0;
    return envelope;
  }

  #handlerOf(rpc: RpcDefinition): CallHandler {
    let handler = this.#handlers.get(rpc);
    if (handler === undefined) {
      handler = intercept(this.#options.interceptors, (call) => this.#carryOut(rpc, call));
      this.#handlers.set(rpc, handler);
    }
    return handler;
  }

  #call(
    rpc: RpcDefinition,
    input: object,
    signal: AbortSignal,
    options: CallOptions | undefined,
  ): Call {
    const unary = rpc.kind === undefined || rpc.kind === "unary";
    const timeoutMs = options?.timeoutMs ?? (unary ? this.#timeoutMs : Number.POSITIVE_INFINITY);
    checkTimeout(timeoutMs, rpc.path);
    return {
      side: "client",
      endpoints: this.correlator.endpoints,
      rpc: rpcInfo(rpc),
      headers: new CallHeaders(options?.headers),
      ...deadlineIn(timeoutMs),
      signal,
      ...(streamsRequests(rpc)
        ? { messages: asyncIterable(input as StreamInput<object>) }
        : { message: input }),
    };
  }

  async #carryOut(rpc: RpcDefinition, call: Call): Promise<CallResult> {
    if (streamsRequests(rpc) || streamsResponses(rpc))
      return new StreamExchange(this.correlator, rpc, call, this.#streams).result();
    const { signal, headers, message } = call;
    const timeoutMs = remainingMs(call);
    const sending = { type: rpc.request, rpc, headers, timeoutMs, signal };
    const exchange = this.#send(sending, message as object);
    const envelope = this.#envelope(rpc, exchange, await exchange.answer);
    return {
      message: openReply(envelope, this.decoderOf(rpc.response ?? rpc.request)),
      headers: headersIn(envelope.headers, false),
      trailers: headersIn(envelope.headers, true),
    };
  }

  #send(sending: Sending, message: object): UnaryExchange {
    const { type, rpc, headers, timeoutMs, signal } = sending;
    checkTimeout(timeoutMs, rpc?.path ?? type.$type);
    const frame = this.#encoder.encode(message, type, {
      headers: this.#headersOf(headers),
      timeoutMs: this.#toldTimeout(timeoutMs),
      rpc: rpc?.path,
      features: rpc && Feature.CANCEL | Feature.BATCH,
      sentAt: rpc && steadyNow(),
    });
    const repeatable = rpc?.idempotency !== undefined;
    return new UnaryExchange(
      this.correlator,
      { frame, typeName: type.$type, timeoutMs, signal, repeatable },
      this.#plan,
    );
  }

  #headersOf(headers: CallHeaders | undefined): readonly EnvelopeHeader[] | undefined {
    const given = headers?._write(false);
    if (this.#ownHeaders.length === 0) return given;
    return given === undefined ? this.#ownHeaders : [...this.#ownHeaders, ...given];
  }

  /** Returns the waiting time that the client tells the server. */
  #toldTimeout(timeoutMs: number): number {
    const { maxRetries, retryTimeoutMs } = this.#plan;
    const patienceMs = (maxRetries + 1) * retryTimeoutMs;
    return toldTimeout(maxRetries > 0 ? Math.min(timeoutMs, patienceMs) : timeoutMs);
  }

  /** Returns the decoder for replies with a response of that type. */
  decoderOf(response: MessageType<object>): EnvelopeDecoder<MessageType<object>> {
    let decoder = this.#decoders.get(response);
    if (decoder === undefined) {
      decoder = new EnvelopeDecoder([response]);
      this.#decoders.set(response, decoder);
    }
    return decoder;
  }
}

/**
 * @throws DividereError `OPTION_INVALID` for a time-out that is not a number, and `TIMEOUT` for a
 *   time-out that leaves no time: such a call is not sent.
 */
function checkTimeout(timeoutMs: number, name: string): void {
  if (timeoutMs > 0) return;
  if (Number.isNaN(timeoutMs)) {
    throw new DividereError("OPTION_INVALID", `${name}: timeoutMs is NaN; give milliseconds`);
  }
  throw new DividereError(
    "TIMEOUT",
    `${name} was not sent: its timeoutMs of ${Math.round(timeoutMs)} leaves no time`,
  );
}

/** Converts a time-out to its form in the envelope, where 0 means no limit. */
function toldTimeout(timeoutMs: number): number {
  if (timeoutMs === Number.POSITIVE_INFINITY) return 0;
  return Math.min(Math.max(1, Math.ceil(timeoutMs)), LONGEST_TIMEOUT_MS);
}

function headersIn(fields: Parameters<CallHeaders["_read"]>[0], trailers: boolean): CallHeaders {
  const headers = new CallHeaders();
  headers._read(fields, trailers);
  return headers;
}

function asyncIterable<T>(input: StreamInput<T>): AsyncIterable<T> {
  if (Symbol.asyncIterator in input) return input;
  return {
    async *[Symbol.asyncIterator]() {
      yield* input;
    },
  };
}
