import {
  EnvelopeDecoder,
  Heartbeat,
  LoadBalancing,
  type RequestContext,
  RequestError,
} from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";

export const soon = { timeoutMs: 10_000 };
export const local = "tcp://127.0.0.1:*";
export const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Answers with its own name and the text, or as the text says. */
export class Naming extends LoadBalancing.Server {
  readonly name: string;
  readonly errors: Error[] = [];
  /** Waited for before each answer. */
  readonly work: () => Promise<void>;

  constructor(broker: LoadBalancing.Broker, name: string, work = async () => {}) {
    super(broker.backendEndpoints[0] ?? "", [Msg01]);
    this.name = name;
    this.work = work;
  }

  async handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01 | undefined> {
    await this.work();
    if (msg.field1 === "refuse") throw new RequestError("NO", "as you asked");
    if (msg.field1 !== "reply") return Msg01.create({ field1: `${this.name} ${msg.field1}` });
    await ctx.reply(Msg01.create({ field1: "replied" }));
    return undefined;
  }

  override onError(error: Error): void {
    this.errors.push(error);
  }
}

export const heartbeats: EnvelopeDecoder<typeof Heartbeat> = new EnvelopeDecoder([Heartbeat]);
