import type { Routed } from "../../connection/frames/routed.js";
import { ClockOffsets } from "../call/clock-offsets.js";
import { type Envelope, Feature } from "../envelope/format.js";
import type { ReceivingLink } from "../links/link.js";
import type { OpenCalls } from "./open-calls.js";
import type { Arrival, CallOwner, Introspector } from "./server-call.js";
import { UnaryCall } from "./unary-call.js";
import type { Workload } from "./workload.js";

/** The parts of a reactor that take its frames. */
export interface IntakeParts {
  readonly calls: CallOwner;
  readonly workload: Workload;
  readonly open: OpenCalls;
  /** Takes the requests about the reactor itself. */
  readonly introspector: Introspector | undefined;
  /** Called when a message from a link has been handled, answered and reported. */
  onHandled(link: ReceivingLink): void;
}

/** Reads the frames of a reactor's links, and passes each to its call. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #clocks = new ClockOffsets();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Reads from a link until it is closed. Never rejects. */
  async serve(link: ReceivingLink): Promise<void> {
    const { calls, workload } = this.#parts;
    while (!link.closed) {
      const room = link.concurrent ? workload.room() : undefined;
      if (room !== undefined) await room;
      try {
        const inbound = await link._receive();
        const handled = this.#take(link, inbound);
        if (!link.concurrent) await handled;
      } catch (error) {
        if (!link.closed) {
          calls.report(error);
          link.close();
        }
        return;
      }
    }
  }

  /** Takes a frame in; fulfilled when the frame has been handled, which a concurrent link does not need. */
  #take(link: ReceivingLink, inbound: Routed<Uint8Array>): Promise<void> | undefined {
    let envelope: Envelope;
    try {
      envelope = link._envelope(inbound);
    } catch (error) {
      return this.#refuseMalformed(link, inbound, error);
    }
    const arrivedAt = performance.now();
    const leftMs = this.#clocks.timeLeft(inbound, envelope, arrivedAt);
    const arrival = { link, inbound, envelope, arrivedAt, leftMs };
    const aside = this.#parts.introspector?.take(arrival);
    if (aside !== undefined) return aside;
    if (envelope.stream !== undefined) return this.#parts.open.step(arrival);
    if (!link.concurrent) return new Promise((resolve) => this.#handle(arrival, resolve));
    this.#handle(arrival);
    return undefined;
  }

  async #refuseMalformed(
    link: ReceivingLink,
    inbound: Routed<Uint8Array>,
    error: unknown,
  ): Promise<void> {
    await link._refuse(inbound, undefined, error);
    this.#parts.calls.report(error);
    this.#parts.onHandled(link);
  }

  #handle(arrival: Arrival, handled?: () => void): void {
    const { calls, open, workload } = this.#parts;
    const { link, envelope } = arrival;
    let forget: (() => void) | undefined;
    const call = new UnaryCall(calls, arrival, () => {
      forget?.();
      this.#parts.onHandled(link);
      handled?.();
    });
    if (link.followedUp && ((envelope.features ?? 0) & Feature.CANCEL) !== 0)
      forget = open.add(arrival, call);
    workload.add(call);
  }
}
