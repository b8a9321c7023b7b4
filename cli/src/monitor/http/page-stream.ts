import type { ServerResponse } from "node:http";
import type { StreamMessage } from "../protocol.js";

/** The most bytes that wait for a browser. */
const MOST_WAITING = 1_048_576;

/** The time after which a browser that takes nothing is given up, in milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * The streams of server-sent events to the open pages. A page that is slower than the events misses
 * some, and gets a fresh snapshot when it has caught up; so it never holds more than a little memory.
 */
export class PageStreams {
  readonly #pages = new Set<Page>();
  readonly #snapshot: () => StreamMessage;

  /** @param snapshot - Returns the message with which a page begins. */
  constructor(snapshot: () => StreamMessage) {
    this.#snapshot = snapshot;
  }

  get size(): number {
    return this.#pages.size;
  }

  /** Adds a page, until its connection closes. */
  add(response: ServerResponse): void {
    const page = new Page(response, () => encode(this.#snapshot()));
    this.#pages.add(page);
    response.once("close", () => {
      page.close();
      this.#pages.delete(page);
    });
    page.begin();
  }

  /** Sends a message to each page. */
  send(message: StreamMessage): void {
    if (this.#pages.size === 0) return;
    const text = encode(message);
    for (const page of this.#pages) page.send(text);
  }

  /** Ends all streams. */
  close(): void {
    for (const page of this.#pages) page.end();
    this.#pages.clear();
  }
}

class Page {
  readonly #response: ServerResponse;
  readonly #snapshot: () => string;
  #giveUp: NodeJS.Timeout | undefined;
  #behind = false;

  constructor(response: ServerResponse, snapshot: () => string) {
    this.#response = response;
    this.#snapshot = snapshot;
    response.on("drain", () => this.#caughtUp());
  }

  begin(): void {
    this.#write(`retry: 1000\n${this.#snapshot()}`);
  }

  send(text: string): void {
    if (this.#behind) return;
    if (this.#response.writableLength <= MOST_WAITING) {
      this.#write(text);
      return;
    }
    this.#behind = true;
    this.#giveUp = setTimeout(() => this.#response.destroy(), PATIENCE_MS);
  }

  end(): void {
    this.#response.end();
  }

  close(): void {
    clearTimeout(this.#giveUp);
  }

  #caughtUp(): void {
    if (!this.#behind) return;
    this.#behind = false;
    clearTimeout(this.#giveUp);
    this.#write(this.#snapshot());
  }

  #write(text: string): void {
    this.#response.write(text);
  }
}

function encode(message: StreamMessage): string {
  // JSON has no line ends, which would end the event.
  return `data: ${JSON.stringify(message)}\n\n`;
}
