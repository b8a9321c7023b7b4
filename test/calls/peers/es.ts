import type { RequestContext } from "dividere/messaging";
import {
  emptyType,
  TestReactor,
  TestRequest,
  UnimplementedRequest,
} from "../gen/es/calls/v1/interop_dividere.js";
import type {
  SimpleRequest,
  StreamingInputCallRequest,
  StreamingOutputCallRequest,
} from "../gen/es/calls/v1/interop_pb.js";
import { Behaviour } from "./behaviour.js";
import type { Codec } from "./peers.js";

class Server extends TestReactor {
  readonly behaviour: Behaviour = new Behaviour();

  override handleEmpty() {
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
    return this.callUnary({ path, handler: "", request: emptyType, response: emptyType }, {});
  }
}

/** The service with the messages of protobuf-es. */
export const protobufEs: Codec = {
  name: "codec=es",
  serve: (endpoint) => new Server({ serve: endpoint }),
  client: (endpoints) => new NewerRequest(endpoints),
  strangersClient: (endpoints) => new UnimplementedRequest(endpoints),
};
