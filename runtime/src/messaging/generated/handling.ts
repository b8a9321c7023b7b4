import { RequestError } from "../../base/errors.js";
import { type RpcDefinition, rpcsOf, type ServiceDefinition } from "../call/rpc.js";
import type { HandlerBinding } from "../reactor/handler.js";
import { RpcCounters } from "../stats/rpc-counters.js";

/** A service and the object whose methods handle it. */
export interface HandledService {
  readonly service: ServiceDefinition;
  readonly owner: object;
  /** The counters of its rpcs, by their paths. */
  readonly counters: ReadonlyMap<string, RpcCounters>;
}

/** Makes the counters of a service's rpcs, by their paths. */
export function countersOf(service: ServiceDefinition): ReadonlyMap<string, RpcCounters> {
  return new Map(rpcsOf(service).map(({ path }) => [path, new RpcCounters(path)]));
}

/** Finds the handler of a request among those of one or several services. */
export class ServiceHandling {
  readonly #services: readonly HandledService[];
  readonly #byPath = new Map<string, HandlerBinding>();
  readonly #requests = new Map<string, readonly HandlerBinding[]>();
  readonly #events = new Map<string, readonly HandlerBinding[]>();

  constructor(services: readonly HandledService[]) {
    this.#services = services;
    for (const { service, owner, counters } of services) {
      for (const rpc of rpcsOf(service)) {
        const { handler, path, response } = rpc;
        const binding = { handler, owner, rpc, response, counters: counters.get(path) };
        this.#byPath.set(rpc.path, binding);
        const byType = rpc.response === undefined ? this.#events : this.#requests;
        const { $type } = rpc.request;
        byType.set($type, [...(byType.get($type) ?? []), binding]);
      }
    }
  }

  /** @throws RequestError `UNIMPLEMENTED` for an rpc that is in none of the services. */
  ofRpc(path: string): HandlerBinding {
    const binding = this.#byPath.get(path);
    if (binding !== undefined) return binding;
    const name = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const served = this.#services.find(({ service }) => service.typeName === name);
    throw new RequestError(
      "UNIMPLEMENTED",
      served === undefined
        ? `The service ${name} is not served here; ${this.#names()} is`
        : `The service ${name} has no rpc ${path.slice(name.length + 1)}; generate the server anew from the proto file of the client`,
    );
  }

  /**
   * Returns the handling of a message that names no rpc; `undefined` if no rpc takes the message.
   *
   * @param published - Whether the message is an event rather than a request.
   * @throws RequestError `INVALID_ARGUMENT` if several rpcs take the message and none is the
   *   default.
   */
  ofType(typeName: string, published: boolean): HandlerBinding | undefined {
    const bindings = (published ? this.#events : this.#requests).get(typeName) ?? [];
    const [first, second] = bindings;
    if (second === undefined && isUnary(first?.rpc)) return first;
    const chosen = bindings.find(({ rpc }) => rpc?.default === true);
    if (chosen !== undefined || first === undefined) return chosen;
    const paths = bindings.map(({ rpc }) => rpc?.path).join(", ");
    throw new RequestError(
      "INVALID_ARGUMENT",
      second === undefined
        ? `A ${typeName} opens the stream ${paths}, and this request is a plain one; name the rpc in the envelope`
        : `A ${typeName} could be for ${paths}; name the rpc in the envelope, or annotate one of them with default: true`,
    );
  }

  #names(): string {
    return this.#services.map(({ service }) => service.typeName).join(", ");
  }
}

function isUnary(rpc: RpcDefinition | undefined): boolean {
  return (rpc?.kind ?? "unary") === "unary";
}
