import { Service, type ServiceDefinition, type ServiceOptions } from "dividere/codegen";
import { Msg01 } from "../../gen/plain.js";
import { FaultsRequest } from "./faults-request.js";

/** Services that differ in their full names alone: their rpcs, messages and handlers are the same. */
const definitionOf = (typeName: string) => ({
  typeName,
  name: typeName,
  rpcs: {
    Reverse: {
      path: `${typeName}/Reverse`,
      handler: "handleMsg01",
      request: Msg01,
      response: Msg01,
    },
  },
});

/** One of those services, under a name of its own. */
export class Desk extends Service {
  begun = 0;
  /** @param typeName - The full name of the service in its proto file. */
  constructor(typeName: string, options: ServiceOptions) {
    super(definitionOf(typeName), options);
  }

  handleMsg01(message: Msg01): Msg01 {
    this.begun++;
    return message;
  }
}

/** A client of a {@link Desk} with the full name "Work" in its proto file. */
export class WorkRequest extends FaultsRequest {
  readonly #rpc = definitionOf("Work").rpcs.Reverse;

  override ask(field1: string, timeoutMs: number): Promise<Msg01> {
    return this.callUnary(this.#rpc, { field1 }, { timeoutMs });
  }
}

/** A client that names no rpc, as a plain one: a server chooses the handler by the message. */
export class PlainRequest extends FaultsRequest {
  override ask(field1: string, timeoutMs: number): Promise<Msg01> {
    return this.call(Msg01, Msg01, { field1 }, { timeoutMs });
  }
}

/** The service of a {@link WorkRequest}. */
export const workDefinition: ServiceDefinition = definitionOf("Work");
