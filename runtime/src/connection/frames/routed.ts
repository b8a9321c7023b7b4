/**
 * A message with the way back to its sender: the identities of the sockets that it came through,
 * nearest first, and an empty frame where a REQ socket put one. Sending it with the same route
 * answers the sender (ZeroMQ guide, chapter 3, "The Extended Reply Envelope"). A dealer that talks
 * straight to a dealer gets an empty route.
 */
export interface Routed<T> {
  /** The frames before the message; the one that an answer meets first stands first. */
  readonly route: readonly Uint8Array[];
  /** What was sent. */
  readonly message: T;
}

/** Takes a message's frames apart: the last is the message, what stands before it the route. */
export function fromFrames(frames: readonly Buffer[]): Routed<Uint8Array> {
  const last = frames.length - 1;
  return { route: frames.slice(0, last), message: frames[last] ?? EMPTY };
}

/** Puts a message's frames together. */
export function toFrames(message: Uint8Array | Routed<Uint8Array>): Uint8Array[] {
  return message instanceof Uint8Array ? [message] : [...message.route, message.message];
}

/** The frame that a REQ socket puts before its message, and that a REP socket expects there. */
export const EMPTY: Uint8Array = new Uint8Array(0);
