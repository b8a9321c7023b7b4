import { type ack, type EventContext, MtMsgReactor, type RequestContext } from "dividere/messaging";
import type { Msg01, Msg02, Scalars, Telegram } from "../../gen/plain.js";
import { GreeterReactor } from "../../gen/plain_dividere.js";
import { within } from "../../support/within.js";

export const soon = { timeoutMs: 10_000 };

/** Something that happens once, and that a test waits for. */
export function moment<T = void>(): { readonly happened: Promise<T>; happen(value: T): void } {
  let happen!: (value: T) => void;
  const happened = new Promise<T>((resolve) => {
    happen = resolve;
  });
  return { happened: within(happened, "a moment of the test"), happen };
}

export class Greeter extends GreeterReactor {
  readonly errors: Error[] = [];
  handleMsg01(msg: Msg01, _ctx: RequestContext): Msg01 | Promise<Msg01> {
    return msg;
  }
  handleScalars(msg: Scalars): Scalars {
    return msg;
  }
  handleMsg02(_msg: Msg02, _ctx: EventContext): void | Promise<void> {}
  handleTelegram(_msg: Telegram, _ctx: EventContext): void | Promise<void> {}
  override onError(error: Error): void {
    this.errors.push(error);
  }
}

/** A reactor as it is written by hand, with a name's first letter made a capital. */
export class ByHand extends MtMsgReactor {
  readonly seen: string[] = [];
  readonly errors: Error[] = [];
  handleMsg01(msg: Msg01, ctx: RequestContext): Msg01 | undefined {
    this.seen.push(msg.field1);
    return ctx.link.answering === "never" ? undefined : msg;
  }
  handleAck(msg: ack): ack {
    return { $type: "ack", ok: !msg.ok };
  }
  override onError(error: Error): void {
    this.errors.push(error);
  }
}
