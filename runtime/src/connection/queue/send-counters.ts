import type { Ahead } from "./parts/ahead.js";
import type { DroppedCounts } from "./parts/dropped-counts.js";

/** The same counters, writable. */
export type Drops = { -readonly [K in keyof DroppedCounts]: number };

/** Makes counters with the value 0. */
export function noDrops(): Drops {
  return {
    oldest: 0,
    newest: 0,
    rejected: 0,
    givenUp: 0,
    unreachable: 0,
    busy: 0,
    closed: 0,
    failed: 0,
  };
}

/** The counters of a send queue. */
export interface SendCounts {
  /** Messages that libzmq has accepted. */
  readonly sent: number;
  /** The bytes of those messages, routes included. */
  readonly sentBytes: number;
  /** Messages that currently wait before the socket. */
  readonly queued: number;
  /** The bytes of those messages. */
  readonly queuedBytes: number;
  /** Messages that were not sent. */
  readonly dropped: DroppedCounts;
}

/** The counters while they are counted. */
export class SendTotals {
  sent = 0;
  sentBytes = 0;
  queued = 0;
  queuedBytes = 0;
  readonly drops: Drops = noDrops();

  /** Counts messages that begin to wait, or that no longer do. */
  countQueued(count: number, bytes: number): void {
    this.queued += count;
    this.queuedBytes += bytes;
  }

  countSent(frames: readonly Uint8Array[]): void {
    this.sent++;
    this.sentBytes += sizeOf(frames);
  }

  /** Counts the outcome of a send whose frame holds more messages than the one that is counted anyway. */
  countMore(sending: Promise<void>, more: number): Promise<void> {
    return sending.then(
      () => {
        this.sent += more;
      },
      (error) => {
        this.drops[dropOf(error)] += more;
        throw error;
      },
    );
  }

  /** @param ahead - Messages that wait before the queue; they count as queued. */
  counts(ahead: Ahead | undefined): SendCounts {
    return {
      sent: this.sent,
      sentBytes: this.sentBytes,
      queued: this.queued + (ahead?.count ?? 0),
      queuedBytes: this.queuedBytes + (ahead?.bytes ?? 0),
      dropped: { ...this.drops },
    };
  }
}

/** Returns the counter of the error with which a send is rejected. */
export function dropOf({ code }: { readonly code?: string }): keyof Drops {
  switch (code) {
    case "PEER_UNREACHABLE":
      return "unreachable";
    case "PEER_BUSY":
      return "busy";
    case "CLOSED":
      return "closed";
    case "QUEUE_FULL":
      return "rejected";
    case "TIMEOUT":
      return "givenUp";
    default:
      return "failed";
  }
}

/** Returns the number of bytes in a message's frames. */
export function sizeOf(frames: readonly Uint8Array[]): number {
  let size = 0;
  for (const frame of frames) size += frame.length;
  return size;
}
