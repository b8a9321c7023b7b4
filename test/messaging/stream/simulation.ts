import { EnvelopeEncoder } from "../../../runtime/src/messaging/envelope/encoder.js";
import { StreamKind } from "../../../runtime/src/messaging/envelope/format.js";
import type { MessageType } from "../../../runtime/src/messaging/envelope/message-type.js";
import { readEnvelope } from "../../../runtime/src/messaging/envelope/parse.js";
import { StreamEnd } from "../../../runtime/src/messaging/stream/stream-end.js";

/** The first grants of both ends: small, so that most messages wait for credit. */
export const WINDOW = { messages: 4, bytes: 64 };
export const KEEP_ALIVE_MS = 1_000;

interface Raw {
  readonly bytes: Uint8Array;
}

const raw: MessageType<Raw> = {
  $type: "Raw",
  encode: (message, writer) => (writer as NonNullable<typeof writer>).raw(message.bytes),
  decode: (input) => ({ bytes: input as Uint8Array }),
};

/** One end of a call, with what it sends, reads and knows. */
export class Peer {
  readonly end: StreamEnd;
  readonly outbox: Uint8Array[] = [];
  /** The sizes of the messages that its reader has taken. */
  readonly read: number[] = [];
  /** How often the call was told to be over. */
  overs = 0;
  error: unknown;
  #written = false;
  readToEnd = false;
  readonly #isServer: boolean;
  #reading = false;

  constructor(isServer: boolean) {
    this.#isServer = isServer;
    this.end = new StreamEnd({
      encoder: new EnvelopeEncoder<MessageType<object>>(),
      send: async (frame) => {
        this.outbox.push(frame);
      },
      keepAliveMs: KEEP_ALIVE_MS,
      window: WINDOW,
      onOver: (error) => {
        this.overs++;
        this.error = error;
      },
    });
  }

  /**
   * Sends messages of these sizes, then its END; a server's, which ends the call, waits for the end
   * of the requests.
   */
  async write(sizes: readonly number[]): Promise<void> {
    try {
      for (const size of sizes)
        await this.end.write({ bytes: new Uint8Array(size) }, raw as MessageType<object>);
      this.#written = true;
      if (this.#isServer) this.#endIfDone();
      else await this.end.end();
    } catch (error) {
      if (!this.end.over) throw error;
    }
  }

  /** Has its reader take one message, unless it waits for one already. */
  take(): void {
    if (this.#reading || this.readToEnd) return;
    this.#reading = true;
    this.end.inbox.next().then(
      (value) => {
        this.#reading = false;
        if (value !== undefined) this.read.push(value.length);
        else this.readToEnd = true;
        this.#endIfDone();
      },
      () => {
        this.#reading = false;
        this.readToEnd = true;
      },
    );
  }

  receive(frame: Uint8Array): void {
    const envelope = readEnvelope(frame);
    const wrong = this.end.receive(envelope);
    if (wrong !== undefined) throw wrong;
    if (envelope.stream?.kind === StreamKind.CANCEL) this.end.finish(new Error("cancelled"));
    if (envelope.stream?.kind !== StreamKind.END) return;
    if (this.#isServer) this.end.inbox.end();
    else this.end.finish();
  }

  #endIfDone(): void {
    if (!this.#isServer || !this.#written || !this.readToEnd || this.end.over) return;
    void this.end.end().then(() => this.end.finish());
  }
}

/** Lets everything that is ready run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
