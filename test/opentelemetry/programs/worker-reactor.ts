import type { EventContext, InitWorker, RequestContext } from "dividere/messaging";
import type { Msg01, Msg02, Scalars, Telegram } from "../../gen/plain.js";
import { GreeterPublisher, GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { interceptors } from "./telemetry.js";

/** Runs in the farm's worker process: calls the last server, and publishes what it said. */
export default class InWorker extends GreeterReactor implements InitWorker {
  readonly #last = new GreeterRequest(process.env["LAST"] ?? "", { interceptors });
  readonly #news = new GreeterPublisher(`>${process.env["NEWS"]}`, { interceptors });

  async initWorker(): Promise<void> {
    await this.#news.waitForSubscribers();
  }

  override async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
    const answer = await this.#last.reverse(msg, ctx.callOptions());
    await this.#news.announce({ field1: answer.field1 });
    return { field1: `${process.pid} ${answer.field1}` };
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.#last.close();
    await this.#news.drain();
  }

  override handleMsg02(_msg: Msg02, _ctx: EventContext): void {}
  override handleTelegram(_msg: Telegram): void {}
  override handleScalars(msg: Scalars): Scalars {
    return msg;
  }
}
