import assert from "node:assert/strict";
import type { Dealer } from "zeromq";
import { within } from "../support/within.js";
import type { HostileFrames } from "./hostile-frames.js";

/** A receiver under attack. */
export interface Attacked extends AsyncDisposable {
  /** Sends a message of some frames to it, which it may answer or drop. */
  send(frames: Uint8Array[]): Promise<void>;
  /**
   * Fulfilled when a good request that follows the hostile messages, on the same connection where a stranger can make
   * one, has been answered, or a good event has arrived.
   */
  probe(): Promise<void>;
}

/** A class that receives messages from others. */
export interface Receiver {
  readonly name: string;
  /** Whether it takes events, which have to begin as its subscription says. */
  readonly events?: boolean;
  open(): Promise<Attacked>;
}

/** Messages between two probes. */
const BATCH = 500;

/** Sends so many hostile messages to a receiver, with probes between them and at the end. */
export async function attack(
  receiver: Receiver,
  count: number,
  frames: HostileFrames,
): Promise<void> {
  await using attacked = await receiver.open();
  await within(attacked.probe(), `a good request at ${receiver.name} before the attack`);
  for (let sent = 1; sent <= count; sent++) {
    await attacked.send(receiver.events === true ? [frames.event()] : frames.message());
    if (sent % BATCH > 0 && sent < count) continue;
    const what = `a good request at ${receiver.name} after ${sent} hostile messages`;
    await within(attacked.probe(), what, 60_000);
  }
}

/** Reads a raw socket all the time, so that its peer never waits for it, and finds answers by their texts. */
export class Answers {
  readonly #wanted = new Map<string, (frames: Buffer[]) => void>();

  /** @param socket - Closed by its owner, which ends the reading. */
  constructor(socket: Dealer) {
    void this.#read(socket);
  }

  /** Fulfilled with the message that has this text in one of its frames. */
  next(text: string): Promise<Buffer[]> {
    return new Promise((resolve) => {
      this.#wanted.set(text, resolve);
    });
  }

  async #read(socket: Dealer): Promise<void> {
    for await (const frames of socket) {
      for (const [text, resolve] of this.#wanted) {
        if (!frames.some((frame) => frame.includes(text))) continue;
        this.#wanted.delete(text);
        resolve(frames);
      }
    }
    assert.equal(socket.closed, true);
  }
}
