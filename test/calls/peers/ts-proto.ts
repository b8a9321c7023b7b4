import type { RequestContext } from "dividere/messaging";
import type {
  SimpleRequest,
  StreamingInputCallRequest,
  StreamingOutputCallRequest,
} from "../gen/ts-proto/calls/v1/interop.js";
import { Empty } from "../gen/ts-proto/calls/v1/interop.js";
import {
  TestReactor,
  TestRequest,
  UnimplementedRequest,
} from "../gen/ts-proto/calls/v1/interop_dividere.js";
import { Behaviour } from "./behaviour.js";
import type { Codec } from "./peers.js";

class Server extends TestReactor {
  readonly behaviour: Behaviour = new Behaviour();

  override handleEmpty(): Empty {
    return {};
  }

  override handleSimpleRequest(msg: SimpleRequest, ctx: RequestContext) {
    return this.behaviour.unary(msg, ctx);
  }

  override handleStreamingInputCallRequest(
    msgs: AsyncIterable<StreamingInputCallRequest>,
    ctx: RequestContext,
  ) {
    return this.behaviour.input(msgs, ctx);
  }

  override handleStreamingOutputCall(msg: StreamingOutputCallRequest, ctx: RequestContext) {
    return this.behaviour.output(msg, ctx);
  }

  override handleFullDuplexCall(
    msgs: AsyncIterable<StreamingOutputCallRequest>,
    ctx: RequestContext,
  ) {
    return this.behaviour.duplex(msgs, ctx);
  }
}

/** A client whose proto file has an rpc more than that of the server. */
class NewerRequest extends TestRequest {
  unimplementedCall(): Promise<object> {
    const path = "calls.v1.TestService/UnimplementedCall";
    return this.callUnary({ path, handler: "", request: Empty, response: Empty }, {});
  }
}

/** The service with the messages of ts-proto. */
export const tsProto: Codec = {
  name: "ts-proto",
  serve: (endpoint) => new Server({ serve: endpoint }),
  client: (endpoints) => new NewerRequest(endpoints),
  strangersClient: (endpoints) => new UnimplementedRequest(endpoints),
};
