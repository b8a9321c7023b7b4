import { Subscriber } from "dividere/connection";
import { type Envelope, readEnvelope } from "dividere/messaging";
import type { ClientKeyOptions, ServerKeyOptions } from "../../app/options.js";
import { envelopesIn } from "../../connect/batches.js";
import { peerSecurity } from "../../connect/keys.js";
import { PUBLISHING, preflight } from "../../connect/preflight.js";
import { Losses } from "./losses.js";
import type { TypeFilter } from "./type-filter.js";

/** An event as it came, not decoded. */
export interface ReceivedEvent {
  readonly endpoint: string;
  readonly frame: Uint8Array;
  readonly envelope: Envelope;
  /** The full name of the message's type; the short one from a publisher in Python. */
  readonly type: string;
  /** The number of messages of the type that were lost before this one; known of numbered messages. */
  readonly lost: number;
}

/** The options for the events of an endpoint. */
export interface EventsOptions extends ClientKeyOptions, ServerKeyOptions {
  /** Whether a publisher that is not there yet is waited for. */
  readonly wait?: boolean;
}

/** Subscribes to the events of an endpoint; the caller closes it. */
export class Events implements AsyncDisposable {
  readonly endpoint: string;
  readonly #subscriber: Subscriber;
  readonly #filter: TypeFilter;
  readonly #losses = new Losses();
  readonly #onForeign: (error: unknown) => void;

  private constructor(
    endpoint: string,
    subscriber: Subscriber,
    filter: TypeFilter,
    onForeign: (error: unknown) => void,
  ) {
    this.endpoint = endpoint;
    this.#subscriber = subscriber;
    this.#filter = filter;
    this.#onForeign = onForeign;
  }

  /**
   * Opens the subscription.
   *
   * @param onForeign - Called with the error of a message that is no envelope.
   * @throws CommandFailure when no publisher is there.
   */
  static async open(
    endpoint: string,
    options: EventsOptions,
    filter: TypeFilter,
    onForeign: (error: unknown) => void,
  ): Promise<Events> {
    const secured = peerSecurity(options, [endpoint], false);
    if (options.wait !== true) {
      const isSecured = secured.security !== undefined;
      await preflight(endpoint, { socketTypes: PUBLISHING, what: "publisher", isSecured });
    }
    const subscriber = new Subscriber(endpoint, { ...secured, topics: filter.topics });
    return new Events(endpoint, subscriber, filter, onForeign);
  }

  /** Yields the events until the signal is aborted. */
  async *read(signal: AbortSignal): AsyncGenerator<ReceivedEvent> {
    for (;;) {
      let frame: Uint8Array;
      try {
        frame = await this.#subscriber.recv({ signal });
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      for (const each of this.#framesIn(frame)) {
        const event = this.#open(each);
        if (event !== undefined) yield event;
      }
    }
  }

  #framesIn(frame: Uint8Array): readonly Uint8Array[] {
    try {
      return envelopesIn(frame);
    } catch {
      // No envelope at all: that is told where it is read.
      return [frame];
    }
  }

  #open(frame: Uint8Array): ReceivedEvent | undefined {
    let envelope: Envelope;
    try {
      envelope = readEnvelope(frame);
    } catch (error) {
      this.#onForeign(error);
      return undefined;
    }
    const type = envelope.typeName === "" ? envelope.msgName : envelope.typeName;
    if (!this.#filter.accepts(type)) return undefined;
    const lost = this.#losses.note(type, envelope.publication);
    return lost < 0 ? undefined : { endpoint: this.endpoint, frame, envelope, type, lost };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriber.close();
  }
}
