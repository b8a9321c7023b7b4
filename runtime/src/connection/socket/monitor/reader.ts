import { type EventOfType, type EventType, Observer, type Socket } from "zeromq";
import { log } from "../../../base/log.js";

/** An event of libzmq's socket monitor. */
export type MonitorEvent = EventOfType<EventType>;

/**
 * Reads the events of one socket's monitor. A pending read keeps the process alive and cannot be
 * cancelled; {@link pause} ends it by starting a new monitor instead of the old one, which libzmq
 * does without losing an event between the two.
 *
 * A monitor must not go unread for long: libzmq's own thread blocks once about a thousand events
 * wait.
 */
export class MonitorReader {
  readonly #socket: Socket;
  readonly #onEvent: (event: MonitorEvent) => void;
  #observer: Observer;
  #reading: Promise<void>;
  /** The number of replaced observers whose end has not been read. */
  #replaced = 0;
  #paused = false;

  constructor(socket: Socket, onEvent: (event: MonitorEvent) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    this.#observer = new Observer(socket);
    this.#reading = this.#read(this.#observer);
  }

  /** Ends the pending read; fulfilled when it has ended. Events wait until {@link resume}. */
  pause(): Promise<void> {
    if (this.#paused) return this.#reading;
    this.#paused = true;
    this.#replaced++;
    this.#observer = new Observer(this.#socket);
    return this.#reading;
  }

  /** Reads again, beginning with the events that came meanwhile. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const before = this.#reading;
    this.#reading = this.#readAfter(before, this.#observer);
  }

  async #readAfter(before: Promise<void>, observer: Observer): Promise<void> {
    await before;
    await this.#read(observer);
  }

  async #read(observer: Observer): Promise<void> {
    while (!observer.closed) {
      let event: MonitorEvent;
      try {
        event = await observer.receive();
      } catch (error) {
        if (!observer.closed) log("connection", "error", { err: error }, "a socket monitor failed");
        return;
      }
      if (event.type === "end" && this.#replaced > 0) {
        this.#replaced--;
        return;
      }
      this.#onEvent(event);
    }
  }
}
