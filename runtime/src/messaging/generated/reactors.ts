import { DividereError } from "../../base/errors.js";
import { rpcsOf, type ServedService } from "../call/rpc.js";
import type { Envelope } from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";
import { IntrospectionGate } from "../introspection/gate.js";
import { introspectedReactor } from "../introspection/introspected.js";
import type { HandlerBinding, ReactorOptions } from "../reactor/handler.js";
import { MtMsgReactor } from "../reactor/reactor.js";
import type { CallOwner, Introspector } from "../reactor/server-call.js";
import type { RpcCounters } from "../stats/rpc-counters.js";
import { ServiceHandling } from "./handling.js";
import { openLinks, type ReactorLinks } from "./links.js";
import type { ServiceReactor } from "./reactor.js";

/**
 * Serves several services on the same links: each request goes to the reactor whose service has its
 * rpc. A request that names no rpc, from a plain client, goes to the service that takes its
 * message, and is refused if several services do.
 *
 * The reactors have no links of their own. They stop together with this object, and get their own
 * errors in `onError`; options such as `concurrency` and interceptors belong to this object alone.
 *
 * @example
 * ```ts
 * import { Reactors, stopOnSignals } from "dividere/messaging";
 * import type { Msg01 } from "./gen/greeter.js";
 * import { GreeterReactor } from "./gen/greeter_dividere.js";
 *
 * class MyGreeter extends GreeterReactor {
 *   handleMsg01(msg: Msg01): Msg01 {
 *     return msg;
 *   }
 *   handleMsg02(): void {}
 * }
 *
 * await using server = new Reactors({ serve: "tcp://127.0.0.1:5555" }, [new MyGreeter()]);
 * stopOnSignals(server);
 * await server.stopped;
 * ```
 */
export class Reactors extends MtMsgReactor {
  /** The reactors that receive the requests. */
  readonly reactors: readonly ServiceReactor[];
  readonly #handling: ServiceHandling;

  /**
   * @param links - The links, as for a generated reactor.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound.
   * @throws DividereError `OPTION_INVALID` for a reactor with links of its own, or for two reactors
   *   of one service.
   */
  constructor(links: ReactorLinks, reactors: readonly ServiceReactor[], options?: ReactorOptions) {
    check(reactors);
    super(
      openLinks(
        reactors.map((reactor) => reactor._service),
        links,
        options?.security,
      ),
      options,
    );
    this.reactors = reactors;
    this.#handling = new ServiceHandling(reactors.map((reactor) => reactor._handled));
  }

  /** @internal */
  override get _served(): readonly ServedService[] {
    return this.reactors.flatMap((reactor) => reactor._served);
  }

  /** @internal */
  override get _counters(): Iterable<RpcCounters> {
    return this.reactors.flatMap((reactor) => [...reactor._counters]);
  }

  /** @internal */
  override _makeIntrospector(owner: CallOwner): Introspector {
    return new IntrospectionGate(introspectedReactor(this), owner);
  }

  /** @internal */
  override _bindingOf(type: MessageType, published: boolean): HandlerBinding {
    return this.#handling.ofType(type.$type, published) ?? super._bindingOf(type, published);
  }

  /** @internal */
  override _bindingOfRpc({ rpc }: Envelope): HandlerBinding | undefined {
    return rpc === undefined ? undefined : this.#handling.ofRpc(rpc);
  }

  /** @internal */
  override _ended(): void {
    for (const reactor of this.reactors ?? []) reactor.close();
  }
}

function check(reactors: readonly ServiceReactor[]): void {
  const paths = new Map<string, ServiceReactor>();
  for (const reactor of reactors) {
    if (reactor.links.length > 0) {
      throw new DividereError(
        "OPTION_INVALID",
        `${reactor.constructor.name} has links of its own (${reactor.endpoints.join(", ")}); make it without links: new ${reactor.constructor.name}()`,
      );
    }
    for (const { path } of rpcsOf(reactor._service)) {
      const other = paths.get(path);
      if (other !== undefined) {
        throw new DividereError(
          "OPTION_INVALID",
          `${other.constructor.name} and ${reactor.constructor.name} both serve ${path}; give one of them`,
        );
      }
      paths.set(path, reactor);
    }
  }
}
