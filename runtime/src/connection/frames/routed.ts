/**
 * A message with the way back to its sender: the identities of the sockets that it came through,
 * nearest first, and an empty frame if a REQ socket added one. A message sent with the same route
 * answers the sender (ZeroMQ guide, chapter 3, "The Extended Reply Envelope"). Between two directly
 * connected dealers the route is empty.
 */
export interface Routed<T> {
  /** The frames before the message, beginning with the socket that an answer reaches first. */
  readonly route: readonly Uint8Array[];
  /** The sent message. */
  readonly message: T;
}

/** A message as it travels: the frames of its route, and its own frame after them. */
export type Frames = Uint8Array[];

/** Returns the frame after the route. */
export function messageOf(frames: Frames): Uint8Array {
  return frames[frames.length - 1] ?? EMPTY;
}

/**
 * Splits frames into route and message: the last frame is the message, the others are the route.
 */
export function fromFrames(frames: readonly Buffer[]): Routed<Uint8Array> {
  const last = frames.length - 1;
  return { route: frames.slice(0, last), message: frames[last] ?? EMPTY };
}

/** Joins route and message into frames. */
export function toFrames(message: Uint8Array | Routed<Uint8Array>): Uint8Array[] {
  return message instanceof Uint8Array ? [message] : [...message.route, message.message];
}

/** The frame that a REQ socket sends before its message, and that a REP socket expects there. */
export const EMPTY: Uint8Array = new Uint8Array(0);

/** The route of a message from a connector that has none. */
const NO_ROUTE: readonly Uint8Array[] = [];

/** Returns a message with its route, which is empty for bytes that came without one. */
export function asRouted(received: Uint8Array | Routed<Uint8Array>): Routed<Uint8Array> {
  return received instanceof Uint8Array ? { route: NO_ROUTE, message: received } : received;
}

/** Returns a frame as a key of a map: the same for frames of the same bytes, and only for those. */
export function keyOf(frame: Uint8Array): string {
  const bytes = Buffer.isBuffer(frame)
    ? frame
    : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  return bytes.toString("latin1");
}

/** Returns a route as a key of a map. */
export function keyOfRoute(route: readonly Uint8Array[]): string {
  let key = "";
  for (const frame of route) key += `${keyOf(frame)}\0`;
  return key;
}
