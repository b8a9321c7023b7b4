import { RequestError } from "../../base/errors.js";
import { rpcsOf } from "../call/rpc.js";
import type { Envelope } from "../envelope/format.js";
import type { Handler, HandlerBinding } from "../reactor/handler.js";
import { OpenCalls } from "../reactor/open-calls.js";
import type { Arrival, CallOwner } from "../reactor/server-call.js";
import { UnaryCall } from "../reactor/unary-call.js";
import { Answers } from "./answers.js";
import { introspectionDefinition } from "./definition.js";
import type { Introspected } from "./introspected.js";

/** The parts of a reactor, or of a farm, that its introspection needs. */
export type IntrospectionOwner = Pick<CallOwner, "stopping" | "report" | "countLost">;

/** The most readers of WatchStats at a time. */
const MOST_WATCHES = 100;

/**
 * Answers the requests of the introspection, apart from the handlers, limits and interceptors of the
 * reactor: it answers while every handler of the reactor hangs.
 */
export class IntrospectionServer {
  readonly #owner: CallOwner;
  readonly #open: OpenCalls;

  /** @param reactor - The reactor, for errors and lost answers. */
  constructor(subject: Introspected, reactor: IntrospectionOwner) {
    this.#owner = ownerOf(new Answers(subject), reactor);
    this.#open = new OpenCalls(this.#owner);
  }

  /** Returns whether a frame belongs to an open stream. */
  hasStream(arrival: Arrival): boolean {
    return this.#open.has(arrival);
  }

  /** Answers a request. Never rejects. */
  take(arrival: Arrival): Promise<void> {
    if (arrival.envelope.stream !== undefined) return this.#open.step(arrival);
    return new UnaryCall(this.#owner, arrival).run();
  }

  /** Ends every stream with an error that is sent to its reader. */
  endStreams(error: unknown): void {
    this.#open.failStreams(error);
  }

  /** Ends every stream without telling its reader. */
  close(reason: unknown): void {
    this.#open.close(reason);
  }
}

function ownerOf(answers: Answers, reactor: IntrospectionOwner): CallOwner {
  const bindings = rpcsOf(introspectionDefinition).map((rpc) => ({
    handler: rpc.handler,
    owner: answers,
    rpc,
    response: rpc.response,
  }));
  const find = (envelope: Envelope): HandlerBinding => {
    const { rpc: path, typeName, msgName } = envelope;
    const binding = bindings.find(({ rpc }) =>
      path === undefined ? rpc.request.$type === (typeName || msgName) : rpc.path === path,
    );
    if (binding !== undefined) return binding;
    throw new RequestError(
      "UNIMPLEMENTED",
      `This version of dividere has no ${path}; it has ${bindings.map(({ rpc }) => rpc.path).join(", ")}`,
    );
  };
  return {
    options: { maxStreams: MOST_WATCHES },
    reactor: answers,
    get stopping() {
      return reactor.stopping;
    },
    bindingOf: find,
    bindingOfType: () =>
      find({ msgName: "", typeName: "", value: new Uint8Array(), extended: false }),
    handlerOf: ({ handler }) => {
      const method = (answers as unknown as Record<string, Handler>)[handler] as Handler;
      return method.bind(answers);
    },
    report: (error, context) => reactor.report(error, context),
    countLost: (arrival, error) => reactor.countLost(arrival, error),
  };
}
