import { DividereError, RequestError } from "../../base/errors.js";
import { type Deferred, openWait, steadyNow, timer } from "../../base/wait.js";
import { remainingMs } from "../call/deadline.js";
import { CallHeaders } from "../call/headers.js";
import type { Call, CallResult } from "../call/interceptor.js";
import { type RpcDefinition, streamsRequests, streamsResponses } from "../call/rpc.js";
import { WRONG_SERVICE } from "../call/service-name.js";
import { EnvelopeDecoder } from "../envelope/decoder.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import {
  type Envelope,
  type EnvelopeExtras,
  type EnvelopeHeader,
  StreamKind,
} from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";
import { openReply } from "../envelope/reply.js";
import { drive } from "../stream/drive.js";
import type { KeepAlive } from "../stream/keep-alive.js";
import { messagesOf } from "../stream/messages.js";
import { STREAM_WINDOW, StreamEnd } from "../stream/stream-end.js";
import type { Conversation, Correlator, Exchange } from "./correlator.js";

const encoder = new EnvelopeEncoder<MessageType<object>>();

const CANCELLATION = encoder.encodeExtras({ stream: { kind: StreamKind.CANCEL } });

/** The settings of a client that its streams share. */
export interface StreamSettings {
  readonly keepAlive: KeepAlive;
  readonly keepAliveMs: number;
  /** The headers of every request, besides those of its caller. */
  readonly ownHeaders: readonly EnvelopeHeader[];
  /** Returns the time that the client tells the server for a time-out. */
  toldTimeout(timeoutMs: number): number;
  /** Returns the next step after a time-out: the end of the error's message. */
  hint(sent: boolean): string;
}

/** The client's end of a streaming call. */
export class StreamExchange implements Exchange {
  readonly #correlator: Correlator;
  readonly #rpc: RpcDefinition;
  readonly #call: Call;
  readonly #settings: StreamSettings;
  readonly #conversation: Conversation;
  readonly #end: StreamEnd;
  readonly #decoder: EnvelopeDecoder<MessageType<object>>;
  readonly #headers = new CallHeaders();
  readonly #trailers = new CallHeaders();
  /** Fulfilled with the server's first headers, response or end. */
  readonly #opened: Deferred<void> = openWait(undefined, () => "");
  /** The only response of a stream of requests. */
  readonly #response: Deferred<object> = openWait(undefined, () => "");
  /** Aborted when the call is over. */
  readonly #over = new AbortController();
  readonly #cleanUp: (() => void)[] = [];
  #sent = false;

  constructor(correlator: Correlator, rpc: RpcDefinition, call: Call, settings: StreamSettings) {
    this.#correlator = correlator;
    this.#rpc = rpc;
    this.#call = call;
    this.#settings = settings;
    this.#decoder = new EnvelopeDecoder([rpc.response ?? rpc.request]);
    this.#conversation = correlator.begin(this);
    this.#end = new StreamEnd({
      encoder,
      send: (frame) => this.#conversation.follow(frame),
      keepAliveMs: settings.keepAliveMs,
      onOver: (error) => this.#settle(error),
    });
    // Each promise may reject without a listener; the call's other promises report its failure.
    for (const { promise } of [this.#opened, this.#response]) promise.catch(() => {});
  }

  /** Carries out the call; fulfilled with the server's first response, or with its only one. */
  async result(): Promise<CallResult> {
    this.#watch();
    if (!this.#end.over) void this.#run();
    const [headers, trailers] = [this.#headers, this.#trailers];
    if (!streamsResponses(this.#rpc))
      return { message: await this.#response.promise, headers, trailers };
    await this.#opened.promise;
    const { response } = this.#rpc;
    const decode = (value: Uint8Array): object => this.#decode(value, response as MessageType);
    const messages = messagesOf(this.#end.inbox, decode, () => this.#cancel(left()));
    return { messages, headers, trailers };
  }

  receive(frame: Uint8Array): void {
    try {
      this.#take(this.#decoder.read(frame));
    } catch (error) {
      this.#cancel(error);
    }
  }

  lost(error: Error): void {
    // The server of a client that closes learns of it now, rather than by the silence.
    if (this.#sent && error instanceof DividereError && error.code === "CLOSED") this.#end.cancel();
    this.#end.finish(error);
  }

  #take(envelope: Envelope): void {
    const { headers, stream } = envelope;
    const kind = stream?.kind;
    this.#headers._read(headers, false);
    this.#trailers._read(headers, true);
    if (kind === StreamKind.END || stream === undefined) {
      this.#finish(envelope);
      return;
    }
    if (kind === StreamKind.MESSAGE || this.#headers.size > 0) this.#opened.resolve();
    const wrong = this.#end.receive(envelope);
    if (wrong !== undefined) this.#cancel(wrong);
  }

  /** Takes the server's END, or the answer of a server that does not support streams. */
  #finish(envelope: Envelope): void {
    const single = !streamsResponses(this.#rpc);
    const { line } = this.#conversation;
    // Further calls go to others; what this one has sent of its stream cannot be sent again.
    if (envelope.status?.code === WRONG_SERVICE && line !== undefined)
      this.#correlator.pool.noteStopping(line);
    try {
      if (single || envelope.status !== undefined || envelope.stream === undefined) {
        const message = openReply(envelope, this.#decoder);
        if (!single) throw new RequestError("INTERNAL", "A single answer came instead of a stream");
        this.#response.resolve(message);
      }
      this.#opened.resolve();
      this.#end.finish();
    } catch (error) {
      // The reader gets the responses that came before the error first.
      this.#end.finish(error);
    }
  }

  async #run(): Promise<void> {
    const { message, messages } = this.#call;
    try {
      await this.#conversation.send(this.#openingFrame(), this.#remaining());
      this.#sent = true;
      if (this.#end.over) {
        // The server has the call, and learns now that the caller has given it up.
        await this.#conversation.follow(CANCELLATION).catch(() => {});
        return;
      }
      this.#settings.keepAlive.add(this.#end, (error) => this.#cancel(error));
      if (message === undefined && messages !== undefined) {
        await drive(messages, this.#over.signal, (item) =>
          this.#end.write(item, this.#rpc.request),
        );
        await this.#end.end();
      }
    } catch (error) {
      if (!this.#end.over) this.#cancel(error);
    }
  }

  #openingFrame(): Uint8Array {
    const { message, headers } = this.#call;
    const { timeoutMs } = this.#remaining();
    const { keepAliveMs, toldTimeout, ownHeaders } = this.#settings;
    const extras: EnvelopeExtras = {
      headers: [...ownHeaders, ...headers._write(false)],
      timeoutMs: toldTimeout(timeoutMs ?? Number.POSITIVE_INFINITY),
      rpc: this.#rpc.path,
      sentAt: steadyNow(),
      stream: {
        kind: StreamKind.OPEN,
        ...(streamsResponses(this.#rpc) && { credit: STREAM_WINDOW }),
        ...(keepAliveMs > 0 && { keepAliveMs }),
      },
    };
    return streamsRequests(this.#rpc)
      ? encoder.encodeExtras(extras)
      : encoder.encode(message as object, this.#rpc.request, extras);
  }

  #remaining(): { timeoutMs?: number; signal: AbortSignal } {
    const timeoutMs = remainingMs(this.#call);
    const signal = this.#over.signal;
    return timeoutMs === Number.POSITIVE_INFINITY ? { signal } : { timeoutMs, signal };
  }

  /** Ends the call when its time is up or its signal is aborted. */
  #watch(): void {
    const { signal } = this.#call;
    if (signal !== undefined) {
      const onAbort = (): void => this.#cancel(signal.reason);
      if (signal.aborted) onAbort();
      else {
        signal.addEventListener("abort", onAbort, { once: true });
        this.#cleanUp.push(() => signal.removeEventListener("abort", onAbort));
      }
    }
    const ms = remainingMs(this.#call);
    if (ms !== Number.POSITIVE_INFINITY) {
      this.#cleanUp.push(timer(ms, () => this.#cancel(this.#timeout(ms))));
    }
  }

  #decode(value: Uint8Array, type: MessageType): object {
    const envelope = { msgName: type.$type, typeName: type.$type, value, extended: true };
    try {
      return this.#decoder.open(envelope, type);
    } catch (error) {
      this.#cancel(error);
      throw error;
    }
  }

  /** Gives the call up, and tells the server. */
  #cancel(error: unknown): void {
    if (this.#end.over) return;
    if (this.#sent) this.#end.cancel();
    // The caller wants the responses that it has read; the waiting responses are dropped.
    this.#end.inbox.discard(error);
    this.#end.finish(error);
  }

  /** Called when the call is over; releases everything. */
  #settle(error: unknown): void {
    this.#conversation.end();
    this.#settings.keepAlive.delete(this.#end);
    for (const clean of this.#cleanUp.splice(0)) clean();
    this.#over.abort(error ?? left());
    if (error === undefined) return;
    this.#opened.reject(error);
    this.#response.reject(error);
  }

  #timeout(ms: number): DividereError {
    const { path } = this.#rpc;
    const to = this.#correlator.whereabouts;
    const { hint } = this.#settings;
    return new DividereError(
      "TIMEOUT",
      this.#sent
        ? `Timed out after ${Math.round(ms)} ms before the stream ${path} from ${to} ended${hint(true)}`
        : `Timed out after ${Math.round(ms)} ms before the stream ${path} could be opened: no server is connected at ${to}${hint(false)}`,
    );
  }
}

/** Makes the error of a call whose caller has left it. */
function left(): RequestError {
  return new RequestError("CANCELLED", "The call is over");
}
