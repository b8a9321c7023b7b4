import type { Security } from "../../connection/security/options.js";
import type { Interceptor } from "../call/interceptor.js";
import type { RpcDefinition } from "../call/rpc.js";
import { type MessageType, shortName } from "../envelope/message-type.js";
import type { RequestContext } from "./context.js";

/** Options for a reactor. */
export interface ReactorOptions {
  /**
   * How many requests are handled at a time on links that take several; further ones wait, 1,000 of
   * them in the reactor and the others in the socket. A request whose deadline passes makes room for
   * the next, even while its handler goes on. 100 by default.
   */
  concurrency?: number;
  /**
   * How many streaming calls may be open at a time; further ones are refused with the status
   * `RESOURCE_EXHAUSTED`. 1,000 by default.
   */
  maxStreams?: number;
  /** Interceptors around every handler of a request, the first one outermost. None by default. */
  interceptors?: readonly Interceptor[];
  /**
   * How long {@link MtMsgReactor.stop} waits for handlers, in milliseconds. 30,000 by default;
   * `Infinity` is as long as it takes.
   */
  stopTimeoutMs?: number;
  /**
   * How often {@link MtMsgReactor.idle} is called while there is nothing to do, in milliseconds.
   * 100 by default.
   */
  idleIntervalMs?: number;
  /**
   * Secures the links that a generated reactor opens for its endpoints with CURVE. Links that the
   * caller made are secured by their own option; a reactor that has this one takes no other.
   */
  security?: Security;
}

/** The handling of a message: which method of which object gets it, and what it answers. */
export interface HandlerBinding {
  /** The name of the reactor's method. */
  readonly handler: string;
  /** The object whose method it is; the reactor itself where this says nothing. */
  readonly owner?: object;
  /** The rpc, where the reactor knows it. */
  readonly rpc?: RpcDefinition | undefined;
  /** The type of what the method returns; by its `$type` where this says nothing. */
  readonly response?: MessageType | undefined;
}

/** A reactor's method for a message type, or for a stream of messages. */
export type Handler = (message: object, context: RequestContext) => unknown;

/**
 * The method that handles a message type unless something else was agreed: `handle` and the
 * message's name, a capital first, as in Python.
 */
export function handlerName(fullName: string): string {
  const short = shortName(fullName);
  return `handle${short.charAt(0).toUpperCase()}${short.slice(1)}`;
}
