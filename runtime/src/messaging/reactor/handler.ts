import type { Security } from "../../connection/security/options.js";
import type { Interceptor } from "../call/interceptor.js";
import type { RpcDefinition } from "../call/rpc.js";
import { type MessageType, shortName } from "../envelope/message-type.js";
import type { RpcCounters } from "../stats/rpc-counters.js";
import type { RequestContext } from "./context.js";

/** Options for a reactor. */
export interface ReactorOptions {
  /**
   * The number of requests that are handled at a time on links that take several; further requests
   * wait, 1,000 of them in the reactor and the others in the socket. A request whose deadline
   * passes makes room for the next, even if its handler still runs. 100 by default.
   */
  concurrency?: number;
  /**
   * The number of streaming calls that may be open at a time; further calls are refused with the
   * status `RESOURCE_EXHAUSTED`. 1,000 by default.
   */
  maxStreams?: number;
  /**
   * Interceptors around every handler of a request or an event; the first is the outermost. None by
   * default.
   */
  interceptors?: readonly Interceptor[];
  /**
   * The time that {@link MtMsgReactor.stop} waits for handlers, in milliseconds. 30,000 by default;
   * `Infinity` for no limit.
   */
  stopTimeoutMs?: number;
  /**
   * The interval between calls of {@link MtMsgReactor.idle} while the reactor is idle, in
   * milliseconds. 100 by default.
   */
  idleIntervalMs?: number;
  /**
   * Secures the links that a generated reactor opens for its endpoints with CURVE. Links that the
   * caller made are secured by their own option; a reactor with this option takes no unsecured
   * link.
   */
  security?: Security;
  /**
   * The version of the service, which the introspection and a registry tell; any text, such as `1.4.2`. None by
   * default.
   */
  version?: string;
  /**
   * Whether a generated reactor answers the service `dividere.v1.Introspection` on its links for
   * requests: its description, its counters and its schema. Its clients are those that the link's
   * `security` lets in. `true` by default.
   */
  introspection?: boolean;
}

/**
 * The handling of a message: the object and the method that get the message, and the type of the
 * answer.
 */
export interface HandlerBinding {
  /** The name of the reactor's method. */
  readonly handler: string;
  /** The object that has the method; the reactor itself by default. */
  readonly owner?: object;
  /** The rpc, if the reactor knows it. */
  readonly rpc?: RpcDefinition | undefined;
  /** The type of the method's return value; by default the type that its `$type` names. */
  readonly response?: MessageType | undefined;
  /** The counters of these messages. */
  readonly counters?: RpcCounters | undefined;
}

/** A reactor's method for a message type or for a stream of messages. */
export type Handler = (message: object, context: RequestContext) => unknown;

/**
 * Returns the default name of the method that handles a message type: `handle` and the message's
 * name with an initial capital, as in Python.
 */
export function handlerName(fullName: string): string {
  const short = shortName(fullName);
  return `handle${short.charAt(0).toUpperCase()}${short.slice(1)}`;
}
