import type { MtMsgReactor } from "dividere/messaging";
import type { Behaviour } from "./behaviour.js";
import type { StrangersClient, TestClient } from "./service.js";

/** A server of the cases. */
export interface Server extends MtMsgReactor {
  readonly behaviour: Behaviour;
}

/** The service with the messages of one generator. */
export interface Codec {
  readonly name: string;
  serve(endpoint: string): Server;
  client(endpoints: readonly string[]): TestClient;
  strangersClient(endpoints: readonly string[]): StrangersClient;
}

/** A server, and its clients. */
export class Peers implements AsyncDisposable {
  readonly server: Server;
  readonly client: TestClient;
  readonly strangersClient: StrangersClient;

  /** @param endpoint - Where the server is bound. */
  constructor(codec: Codec, endpoint: string) {
    this.server = codec.serve(endpoint);
    this.client = codec.client(this.server.endpoints);
    this.strangersClient = codec.strangersClient(this.server.endpoints);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.strangersClient[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
