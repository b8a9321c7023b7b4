import { setTimeout as delay } from "node:timers/promises";
import { ConnectionError, DividereError, RequestError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { type RpcDefinition, streamsRequests, streamsResponses } from "../call/rpc.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import { type Envelope, StreamKind } from "../envelope/format.js";
import { statusOf } from "../envelope/reply.js";
import type { RpcCounters } from "../stats/rpc-counters.js";
import { drive, unlessAborted } from "../stream/drive.js";
import { messagesOf } from "../stream/messages.js";
import { StreamEnd } from "../stream/stream-end.js";
import { Context, deadlinePassed } from "./context.js";
import type { HandlerBinding } from "./handler.js";
import { type Arrival, type CallOwner, invoke } from "./server-call.js";

const encoder = new EnvelopeEncoder<never>();

/** The wait before the next attempt to send to a peer that reads too slowly, in milliseconds. */
const BUSY_MS = 5;

/** The server's end of a streaming call: runs the handler, and tells it when the call is over. */
export class StreamCall {
  /** The end of the stream. */
  readonly end: StreamEnd;
  readonly #owner: CallOwner;
  readonly #arrival: Arrival;
  readonly #rpc: RpcDefinition;
  readonly #context: Context;
  #counters: RpcCounters | undefined;

  /** @param onOver - Called once, when the call is over. */
  constructor(
    owner: CallOwner,
    arrival: Arrival,
    rpc: RpcDefinition,
    onOver: (call: StreamCall) => void,
  ) {
    this.#owner = owner;
    this.#arrival = arrival;
    this.#rpc = rpc;
    const { envelope } = arrival;
    this.#context = new Context({ ...arrival, sendHeaders: () => this.end.sendFirst() });
    this.end = new StreamEnd({
      encoder,
      send: (frame) => this.#send(frame),
      firstExtras: () => {
        const headers = this.#context.headerFields();
        return headers.length > 0 ? { headers } : {};
      },
      keepAliveMs: envelope.stream?.keepAliveMs ?? 0,
      onOver: (error) => {
        if (error !== undefined) this.#context.abort(error);
        this.#context.end();
        const tookMs = performance.now() - arrival.arrivedAt;
        if (error === undefined) this.#counters?.succeed(tookMs);
        else this.#counters?.fail(tookMs, error);
        onOver(this);
      },
    });
    this.end.grant(envelope.stream?.credit);
  }

  /** Takes a further step from the client. */
  step(envelope: Envelope): void {
    const wrong = this.end.receive(envelope);
    if (wrong !== undefined) this.fail(wrong);
    else if (envelope.stream?.kind === StreamKind.END) this.end.inbox.end();
    else if (envelope.stream?.kind === StreamKind.CANCEL) {
      this.end.finish(new RequestError("CANCELLED", "The client has cancelled the call"));
    }
  }

  /** Ends the call with an error that is sent to the client, and aborts the handler. */
  fail(error: unknown): void {
    if (this.end.over) return;
    void this.#sendStatus(error);
    this.end.finish(error);
  }

  /** Runs the handler until it or the call ends, whichever comes first. Never rejects. */
  async run(binding: HandlerBinding): Promise<void> {
    const { signal } = this.#context;
    this.#context.owner = binding.owner;
    this.#counters = binding.counters;
    this.#counters?.begin();
    const onDeadline = () => this.#abortedBy(signal.reason);
    signal.addEventListener("abort", onDeadline, { once: true });
    try {
      await this.#answer(binding, signal);
      this.end.finish();
    } catch (error) {
      if (this.end.over) {
        if (error !== signal.reason) logLate(error, this.#rpc.path);
        return;
      }
      if (!(error instanceof RequestError)) this.#owner.report(error, this.#context);
      await this.#sendStatus(error);
      this.end.finish(error);
    }
  }

  async #answer(binding: HandlerBinding, signal: AbortSignal): Promise<void> {
    const { link, envelope } = this.#arrival;
    const { request, response } = this.#rpc;
    if (streamsRequests(this.#rpc)) this.end.open();
    const input = streamsRequests(this.#rpc)
      ? { messages: messagesOf(this.end.inbox, (value) => this.#decode(value)) }
      : { message: link._open(envelope, request).message };
    const handler = this.#owner.handlerOf(binding, request.$type);
    const answer = invoke(handler, this.#rpc, input, this.#context, this.#owner.options);
    const trailers = () => ({ headers: this.#context.trailerFields() });
    if (streamsResponses(this.#rpc)) {
      const items = await unlessAborted(signal, answer);
      if (!isIterable(items)) throw noStream(binding);
      await drive(items, signal, (item) => this.end.write(item, response ?? request));
      await this.end.end(trailers());
      return;
    }
    const message = await unlessAborted(signal, answer);
    if (typeof message !== "object" || message === null) {
      throw new DividereError(
        "NO_REPLY",
        `${binding.handler} answered the stream of ${this.#rpc.path} with nothing; return the response`,
      );
    }
    await this.end.end(trailers(), message, response);
  }

  /** @throws DecodeError `MALFORMED_MESSAGE`, in the handler's loop. */
  #decode(value: Uint8Array): object {
    const { link, envelope } = this.#arrival;
    return link._open({ ...envelope, value }, this.#rpc.request).message;
  }

  #abortedBy(reason: unknown): void {
    if (this.end.over) return;
    const passed = reason instanceof DividereError && reason.code === "TIMEOUT";
    this.fail(
      passed
        ? new RequestError("DEADLINE_EXCEEDED", deadlinePassed().message, { cause: reason })
        : reason,
    );
  }

  async #sendStatus(error: unknown): Promise<void> {
    try {
      await this.end.end({ status: statusOf(error), headers: this.#context.trailerFields() });
    } catch (failure) {
      logLate(failure, this.#rpc.path);
    }
  }

  /** Sends to the client; waits while the client's queue is full, as long as the call lasts. */
  async #send(frame: Uint8Array): Promise<void> {
    const { link, inbound } = this.#arrival;
    for (;;) {
      try {
        await link._answer(inbound, frame);
        return;
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        if (error.code === "PEER_UNREACHABLE") throw unreachable(error);
        if (error.code !== "PEER_BUSY" || this.end.over) throw error;
      }
      await delay(BUSY_MS);
    }
  }
}

function isIterable(value: unknown): value is AsyncIterable<object> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function noStream({ handler }: HandlerBinding): DividereError {
  return new DividereError(
    "NO_REPLY",
    `${handler} answers with a stream and returned none; write it as "async *${handler}(…)"`,
  );
}

function unreachable(cause: Error): RequestError {
  return new RequestError("UNAVAILABLE", "The client of the stream is gone", { cause });
}

/** Logs an error after the end of the call, when the client can no longer get it. */
function logLate(error: unknown, rpc: string): void {
  log("messaging", "debug", { err: error, rpc }, "a streaming call failed after its end");
}
