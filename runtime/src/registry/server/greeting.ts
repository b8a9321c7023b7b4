import { builtin } from "../../base/builtin.js";

/** The bytes of a ZMTP greeting that every version since 2.0 begins with: 0xFF, eight of any value, 0x7F. */
const SIGNATURE_BYTES = 10;

/**
 * Connects to an address, and returns the reason why no ZeroMQ socket has greeted there in time; `undefined` if one
 * has. The connection ends before the handshake, so the socket sees no peer.
 */
export function whyNoGreeting(
  host: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = builtin("node:net").connect({ host, port, signal });
    let got = Buffer.alloc(0);
    const end = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeoutMs, () => end(`no greeting in ${timeoutMs} ms`));
    socket.on("error", ({ message }) => end(message));
    socket.on("close", () => end("it closed the connection"));
    socket.on("data", (chunk) => {
      got = Buffer.concat([got, chunk]);
      if (got.length < SIGNATURE_BYTES && got[0] === 0xff) return;
      const greeted = got[0] === 0xff && got[SIGNATURE_BYTES - 1] === 0x7f;
      end(greeted ? undefined : "what listens there is no ZeroMQ socket");
    });
  });
}
