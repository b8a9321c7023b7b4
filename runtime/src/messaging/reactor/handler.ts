import { type MessageType, shortName } from "../envelope/message-type.js";
import type { RequestContext } from "./context.js";

/** Options for a reactor. */
export interface ReactorOptions {
  /**
   * How many requests are handled at a time on a link that takes several; further ones wait in the
   * socket. 100 by default.
   */
  concurrency?: number;
  /**
   * How often {@link MtMsgReactor.idle} is called while there is nothing to do, in milliseconds.
   * 100 by default.
   */
  idleIntervalMs?: number;
}

/** How the messages of one type are handled. */
export interface HandlerBinding {
  /** The name of the reactor's method. */
  readonly handler: string;
  /** The type of what the method returns; by its `$type` where this says nothing. */
  readonly response?: MessageType | undefined;
}

/** A reactor's method for a message type. */
export type Handler = (message: object, context: RequestContext) => unknown;

/**
 * The method that handles a message type unless something else was agreed: `handle` and the
 * message's name, a capital first, as in Python.
 */
export function handlerName(fullName: string): string {
  const short = shortName(fullName);
  return `handle${short.charAt(0).toUpperCase()}${short.slice(1)}`;
}
