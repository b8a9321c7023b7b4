import {
  type CallOptions,
  type LookupOptions,
  lookup,
  RequestClient,
  type RequestContext,
  Service,
  type ServiceDefinition,
  type ServiceOptions,
} from "dividere/codegen";
import { Msg01, Msg02 } from "../gen/plain.js";

// What the plugin generates for a service, in substance.

export const greeter: ServiceDefinition = {
  typeName: "Greeter",
  name: "greeter",
  rpcs: [
    { name: "Reverse", handler: "handleMsg01", request: Msg01, response: Msg01 },
    { name: "Announce", handler: "handleMsg02", request: Msg02 },
  ],
};

export class GreeterRequest extends RequestClient {
  static lookup(options?: LookupOptions): Promise<GreeterRequest> {
    return lookup(GreeterRequest, greeter, options);
  }

  reverse(msg: Msg01, options?: CallOptions): Promise<Msg01> {
    return this.call(Msg01, Msg01, msg, options);
  }
}

export abstract class GreeterService extends Service {
  constructor(options?: ServiceOptions) {
    super(greeter, options);
  }

  abstract handleMsg01(msg: Msg01, ctx: RequestContext): Msg01 | Promise<Msg01>;
  abstract handleMsg02(msg: Msg02): void | Promise<void>;
}

/** Turns texts round. */
export class Reverser extends GreeterService {
  readonly events: string[] = [];

  override handleMsg01({ field1 }: Msg01): Msg01 | Promise<Msg01> {
    return { field1: [...field1].reverse().join("") };
  }

  override handleMsg02({ field1 }: Msg02): void {
    this.events.push(field1);
  }
}
