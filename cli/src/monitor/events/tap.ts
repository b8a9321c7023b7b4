import { Subscriber } from "dividere/connection";
import { type Envelope, readEnvelope } from "dividere/messaging";
import type { ClientKeyOptions } from "../../app/options.js";
import { envelopesIn } from "../../connect/batches.js";
import { peerSecurity } from "../../connect/keys.js";
import type { TapInfo } from "../protocol.js";

/** A published message as it came. */
export interface Passing {
  readonly time: number;
  readonly endpoint: string;
  /** `undefined` if the frame is no envelope, see `problem`. */
  readonly envelope: Envelope | undefined;
  readonly problem: string;
  readonly bytes: number;
}

/** The listener of a tap. */
export interface TapEvents {
  /** The connection has changed. */
  changed(info: TapInfo): void;
  passed(event: Passing): void;
}

/** Receives all that is published at an endpoint. The creator closes it. */
export class Tap {
  readonly #endpoint: string;
  readonly #events: TapEvents;
  readonly #subscriber: Subscriber;
  readonly #reading: Promise<void>;
  #connections = 0;
  #problem = "";

  /** @throws ConnectionError when the endpoint is invalid. */
  constructor(endpoint: string, keys: ClientKeyOptions, events: TapEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#subscriber = new Subscriber(endpoint, {
      ...peerSecurity(keys, [endpoint], false),
      onStatus: (event) => {
        if (event.type === "connected") {
          this.#connections++;
          this.#problem = "";
        } else if (event.type === "disconnected") {
          this.#connections = Math.max(0, this.#connections - 1);
        } else if (event.type === "refused" || event.type === "failed") {
          this.#problem = event.error.message;
        } else return;
        events.changed(this.info);
      },
    });
    this.#reading = this.#read();
  }

  get info(): TapInfo {
    return {
      endpoint: this.#endpoint,
      connected: this.#connections > 0,
      problem: this.#problem,
    };
  }

  async close(): Promise<void> {
    this.#subscriber.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      for await (const frame of this.#subscriber) {
        for (const each of framesIn(frame)) this.#events.passed(this.#open(each));
      }
    } catch (error) {
      if (this.#subscriber.closed) return;
      this.#problem = (error as Error).message;
      this.#events.changed(this.info);
    }
  }

  #open(frame: Uint8Array): Passing {
    const passing = { time: Date.now(), endpoint: this.#endpoint, bytes: frame.length };
    try {
      return { ...passing, envelope: readEnvelope(frame), problem: "" };
    } catch (error) {
      return { ...passing, envelope: undefined, problem: (error as Error).message };
    }
  }
}

/** Returns the events that travel together in a frame, each in a frame of its own. */
function framesIn(frame: Uint8Array): readonly Uint8Array[] {
  try {
    return envelopesIn(frame);
  } catch {
    // No envelope at all: that is told where it is read.
    return [frame];
  }
}
