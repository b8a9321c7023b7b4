import { DividereError } from "../base/errors.js";
import type { Dealer } from "./dealer.js";
import type { Router } from "./router.js";
import type { StatusEvent } from "./socket/monitor.js";

/** Which of the two sockets of a proxy or a broker: the one for clients, or the one for workers. */
export type Side = "frontend" | "backend";

/** A {@link StatusEvent} and the socket that it is about. */
export type SidedStatusEvent = StatusEvent & {
  /** Which socket's state has changed. */
  readonly side: Side;
};

/** Whether a router could not send because its peer has left or does not read. */
export function isPeerGone(error: unknown): boolean {
  return (
    error instanceof DividereError &&
    (error.code === "PEER_UNREACHABLE" || error.code === "PEER_BUSY")
  );
}

/** Listens to the two sockets of a proxy or a broker. */
export function listenToBoth(
  frontend: Router | Dealer,
  backend: Router | Dealer,
  listener: (event: SidedStatusEvent) => void,
): () => void {
  const ends = [
    frontend.onStatus((event) => listener({ ...event, side: "frontend" })),
    backend.onStatus((event) => listener({ ...event, side: "backend" })),
  ];
  return () => {
    for (const end of ends) end();
  };
}
