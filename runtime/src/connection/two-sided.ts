import { DividereError } from "../base/errors.js";
import type { RelaySocket } from "./relay/relay-socket.js";
import type { Security } from "./security/options.js";
import type { StatusEvent } from "./socket/monitor/monitor.js";
import type { ConnectorOptions } from "./socket/options.js";

/**
 * One of the two sockets of a proxy or a broker: the socket for clients or the socket for workers.
 */
export type Side = "frontend" | "backend";

/** Options for the two sockets of a proxy or a broker. */
export interface TwoSidedOptions
  extends Omit<ConnectorOptions, "whenFull" | "sendQueueLimit" | "onStatus" | "security"> {
  /**
   * Secures both sockets with CURVE, with the same settings or separately, so that a client's key
   * does not admit it as a worker. See {@link ConnectorOptions.security}.
   */
  security?: Security | { readonly frontend: Security; readonly backend: Security };
}

/** Returns the options of each socket. */
export function sideOptions({ security, ...options }: TwoSidedOptions): {
  readonly frontendOptions: ConnectorOptions;
  readonly backendOptions: ConnectorOptions;
} {
  if (security === undefined) return { frontendOptions: options, backendOptions: options };
  const sided = "frontend" in security || "backend" in security;
  const { frontend, backend } = sided ? security : { frontend: security, backend: security };
  if (frontend === undefined || backend === undefined) {
    const missing = frontend === undefined ? "frontend" : "backend";
    throw new DividereError(
      "SECURITY_INVALID",
      `The option security says nothing of the ${missing}, which would be open to all; give both sides, or one for the two`,
    );
  }
  return {
    frontendOptions: { ...options, security: frontend },
    backendOptions: { ...options, security: backend },
  };
}

/** A {@link StatusEvent} and its socket. */
export type SidedStatusEvent = StatusEvent & {
  /** The socket whose state has changed. */
  readonly side: Side;
};

/** Returns whether a router could not send because its peer has disconnected or does not read. */
export function isPeerGone(error: unknown): boolean {
  return (
    error instanceof DividereError &&
    (error.code === "PEER_UNREACHABLE" || error.code === "PEER_BUSY")
  );
}

/** Listens to the two sockets of a proxy or a broker. */
export function listenToBoth(
  frontend: RelaySocket,
  backend: RelaySocket,
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
