import { toError } from "../../base/errors.js";
import { rpcsOf, type ServedService, type ServiceDefinition } from "../call/rpc.js";
import type { Envelope } from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";
import { IntrospectionGate } from "../introspection/gate.js";
import { introspectedReactor } from "../introspection/introspected.js";
import type { HandlerBinding, ReactorOptions } from "../reactor/handler.js";
import { MtMsgReactor } from "../reactor/reactor.js";
import type { CallOwner, Introspector } from "../reactor/server-call.js";
import type { RpcCounters } from "../stats/rpc-counters.js";
import { countersOf, type HandledService, ServiceHandling } from "./handling.js";
import { openLinks, type ReactorLinks } from "./links.js";

/**
 * A reactor for one service: the base of the generated reactors. A reactor without links reads
 * nothing itself, and is passed to {@link Reactors}.
 */
export abstract class ServiceReactor extends MtMsgReactor {
  readonly #service: ServiceDefinition;
  readonly #handling: ServiceHandling;
  readonly #counters: ReadonlyMap<string, RpcCounters>;

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(service: ServiceDefinition, links: ReactorLinks = [], options?: ReactorOptions) {
    super(openLinks([service], links, options?.security), options);
    this.#service = service;
    this.#counters = countersOf(service);
    this.#handling = new ServiceHandling([this._handled]);
  }

  /** @internal */
  get _service(): ServiceDefinition {
    return this.#service;
  }

  /** @internal The service with this reactor's handlers. */
  get _handled(): HandledService {
    return { service: this.#service, owner: this, counters: this.#counters };
  }

  /** @internal */
  override get _served(): readonly ServedService[] {
    return [{ definition: this.#service, name: this.#service.name }];
  }

  /** @internal */
  override get _counters(): Iterable<RpcCounters> {
    return this.#counters.values();
  }

  /** @internal */
  override _makeIntrospector(owner: CallOwner): Introspector {
    return new IntrospectionGate(introspectedReactor(this), owner);
  }

  /**
   * @internal Reports missing handlers, which the compiler finds in TypeScript but not in
   *   JavaScript.
   */
  override _starting(): void {
    for (const rpc of rpcsOf(this.#service)) {
      try {
        this._handlerOf(rpc, rpc.request.$type);
      } catch (error) {
        this._tellError(toError(error));
      }
    }
  }

  /** @internal */
  override _bindingOf(type: MessageType, published: boolean): HandlerBinding {
    return this.#handling.ofType(type.$type, published) ?? super._bindingOf(type, published);
  }

  /** @internal */
  override _bindingOfRpc({ rpc }: Envelope): HandlerBinding | undefined {
    return rpc === undefined ? undefined : this.#handling.ofRpc(rpc);
  }
}
