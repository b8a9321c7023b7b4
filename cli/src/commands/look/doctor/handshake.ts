import { Dealer, type Security, type StatusEvent, Subscriber } from "dividere/connection";

/** The outcome of a handshake with CURVE. */
export interface Shaken {
  /** The socket type that the peer goes with: `ROUTER` for requests, `XPUB` for events. */
  readonly socketType?: string;
  readonly error?: Error;
}

const TIMEOUT_MS = 3_000;

/** Tries the handshake as a client for requests, then as a subscriber: CURVE hides the socket's type. */
export async function handshake(
  endpoint: string,
  security: Security,
  signal: AbortSignal,
): Promise<Shaken> {
  const asClient = await tried(
    (onStatus) => new Dealer(`>${endpoint}`, { security, onStatus, lingerMs: 0 }),
    signal,
  );
  if (asClient === undefined) return { socketType: "ROUTER" };
  // A socket of another type ends the handshake as a wrong key does, so only a refusal is certain.
  if ((asClient as { code?: string }).code === "KEY_REFUSED") return { error: asClient };
  const asSubscriber = await tried(
    (onStatus) => new Subscriber(`>${endpoint}`, { security, onStatus }),
    signal,
  );
  return asSubscriber === undefined ? { socketType: "XPUB" } : { error: asClient };
}

/** Opens a socket until its handshake is done; returns the error of a failed one. */
async function tried(
  open: (onStatus: (event: StatusEvent) => void) => { close(): void },
  signal: AbortSignal,
): Promise<Error | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let socket: { close(): void } | undefined;
  try {
    return await new Promise<Error | undefined>((resolve, reject) => {
      timer = setTimeout(() => {
        resolve(new Error(`No handshake within ${TIMEOUT_MS / 1_000} s`));
      }, TIMEOUT_MS);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      socket = open((event) => {
        if (event.type === "connected") resolve(undefined);
        if (event.type === "refused") resolve(event.error);
      });
    });
  } finally {
    clearTimeout(timer);
    socket?.close();
  }
}
