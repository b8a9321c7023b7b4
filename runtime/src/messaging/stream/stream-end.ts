import { RequestError } from "../../base/errors.js";
import type { EnvelopeEncoder } from "../envelope/encoder.js";
import { type Credit, type Envelope, type EnvelopeExtras, StreamKind } from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";
import { Inbox } from "./inbox.js";
import { SendWindow } from "./send-window.js";

/**
 * The first credit that an end grants the other: the limit of the data in transit and waiting to be
 * read.
 */
export const STREAM_WINDOW: Credit = { messages: 256, bytes: 1_048_576 };

/** The number of silent keep-alive intervals after which an end gives the call up. */
const SILENT_INTERVALS = 3;

/** The parts that an end of a streaming call needs from its owner. */
export interface StreamEndOptions {
  readonly encoder: EnvelopeEncoder<MessageType<object>>;
  /** Sends an envelope after the call's id, in the order in which this function is called. */
  send(frame: Uint8Array): Promise<void>;
  /** Called once, when the call is over at this end; with the error if one ended the call early. */
  onOver(error: unknown): void;
  /** Fields for the first message or end that is sent, such as headers. */
  firstExtras?(): EnvelopeExtras;
  /** The longest pause between two steps, in milliseconds; 0 allows any pause. */
  readonly keepAliveMs: number;
  /** The first grant to the other end. {@link STREAM_WINDOW} by default. */
  readonly window?: Credit;
}

/**
 * One end of a streaming call: sends messages as credit allows, collects arriving messages, and
 * knows when the call is over. The meaning of an END differs between the client's end and the
 * server's; the owner of each end decides it.
 */
export class StreamEnd {
  /** The messages that have arrived. */
  readonly inbox: Inbox;
  readonly #options: StreamEndOptions;
  readonly #window = new SendWindow();
  readonly #granted: Credit;
  #sent = 0;
  #received = 0;
  #over = false;
  #sentEnd = false;
  #first = true;
  #lastSent: number;
  #lastHeard: number;

  constructor(options: StreamEndOptions) {
    this.#options = options;
    this.#granted = options.window ?? STREAM_WINDOW;
    this.inbox = new Inbox(this.#granted, (credit) =>
      this.#step({ stream: { kind: StreamKind.CREDIT, credit } }),
    );
    this.#lastSent = this.#lastHeard = performance.now();
  }

  /** Whether the call is over at this end. */
  get over(): boolean {
    return this.#over;
  }

  /** The remaining credit of this end. */
  get credit(): Credit {
    return this.#window.left;
  }

  /** Adds to the credit of this end. */
  grant(credit: Credit | undefined): void {
    if (credit !== undefined) this.#window.grant(credit);
  }

  /** Grants the other end its first credit. */
  open(): void {
    this.#step({ stream: { kind: StreamKind.CREDIT, credit: this.#granted } });
  }

  /**
   * Takes a step of the other end, except OPEN and END. A step that the protocol does not allow
   * ends the call.
   *
   * @returns the error of a forbidden step.
   */
  receive({ stream, value }: Envelope): RequestError | undefined {
    this.#lastHeard = performance.now();
    if (this.#over || stream === undefined) return undefined;
    if (stream.kind === StreamKind.CREDIT) this.grant(stream.credit);
    if (stream.kind !== StreamKind.MESSAGE) return undefined;
    if (stream.sequence !== ++this.#received) {
      return new RequestError(
        "DATA_LOSS",
        `Message ${this.#received} of the stream was lost: ${stream.sequence} came in its place`,
      );
    }
    if (this.inbox.push(value)) return undefined;
    return new RequestError(
      "RESOURCE_EXHAUSTED",
      `Message ${this.#received} of the stream came without credit for its ${value.length} bytes`,
    );
  }

  /**
   * Sends a message, once there is credit for it.
   *
   * @throws DividereError `UNENCODABLE_MESSAGE`, or the error that has ended the call meanwhile.
   */
  async write(message: object, type: MessageType<object>): Promise<void> {
    const { encoder, send } = this.#options;
    const value = encoder.encodeValue(message, type as MessageType);
    const wait = this.#window.take(value.length);
    if (wait !== undefined) await wait;
    const stream = { kind: StreamKind.MESSAGE, sequence: ++this.#sent };
    this.#lastSent = performance.now();
    const extras = { ...this.#takeFirst(), stream };
    await send(encoder.wrap(value, type as MessageType, extras));
  }

  /**
   * Sends the END of this side, after which this side sends no further message.
   *
   * @param message - The only response of a stream of requests.
   */
  async end(
    extras: EnvelopeExtras = {},
    message?: object,
    type?: MessageType<object>,
  ): Promise<void> {
    if (this.#sentEnd) return;
    const { encoder, send } = this.#options;
    // A response that does not encode leaves this end open, so that a status can follow.
    const value =
      message === undefined ? undefined : encoder.encodeValue(message, type as MessageType);
    this.#sentEnd = true;
    const first = this.#takeFirst();
    const headers = [...(first?.headers ?? []), ...(extras.headers ?? [])];
    const all = {
      ...extras,
      ...(headers.length > 0 && { headers }),
      stream: { kind: StreamKind.END },
    };
    await send(
      value === undefined
        ? encoder.encodeExtras(all)
        : encoder.wrap(value, type as MessageType, all),
    );
  }

  /** Sends the fields of `firstExtras` now, without a message. */
  sendFirst(): void {
    const extras = this.#takeFirst();
    const credit = { messages: 0, bytes: 0 };
    if (extras !== undefined)
      this.#step({ ...extras, stream: { kind: StreamKind.CREDIT, credit } });
  }

  /** Tells the server that this end gives the call up. */
  cancel(): void {
    this.#step({ stream: { kind: StreamKind.CANCEL } });
  }

  /**
   * Ends the call at this end, now: a waiting {@link write} fails, and the reader gets the error
   * after the messages that have arrived.
   */
  finish(error?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#window.close(error ?? new RequestError("CANCELLED", "The call is over"));
    this.inbox.end(error);
    this.#options.onOver(error);
  }

  /**
   * Sends a keep-alive if one is due.
   *
   * @returns the error of the call if its other end has been silent for too long.
   */
  tick(now: number): RequestError | undefined {
    const { keepAliveMs } = this.#options;
    if (keepAliveMs === 0 || this.#over) return undefined;
    if (now - this.#lastSent >= keepAliveMs)
      this.#step({ stream: { kind: StreamKind.KEEP_ALIVE } });
    const silentMs = now - this.#lastHeard;
    if (silentMs < SILENT_INTERVALS * keepAliveMs) return undefined;
    return new RequestError(
      "UNAVAILABLE",
      `The other end of the stream has shown no sign of life for ${Math.round(silentMs)} ms`,
    );
  }

  /** Restarts the count of silence, because this process could not listen until now. */
  forgiveSilence(now: number): void {
    this.#lastHeard = now;
  }

  #takeFirst(): EnvelopeExtras | undefined {
    if (!this.#first) return undefined;
    this.#first = false;
    return this.#options.firstExtras?.();
  }

  #step(extras: EnvelopeExtras): void {
    if (this.#over) return;
    this.#lastSent = performance.now();
    this.#options.send(this.#options.encoder.encodeExtras(extras)).catch((error) => {
      this.finish(error);
    });
  }
}
