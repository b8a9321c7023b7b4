import { connect } from "node:net";
import { GREETING_LENGTH, mayGreet, nullGreeting, readGreeting, readReady } from "./zmtp.js";

/** What is at an endpoint, as far as it tells without a handshake. */
export type Peeked =
  | { readonly kind: "nothing"; readonly reason: string }
  | { readonly kind: "silent" }
  | { readonly kind: "foreign"; readonly beginning: string }
  | {
      readonly kind: "zeromq";
      /** The version of the protocol, such as `3.1`. */
      readonly version: string;
      readonly mechanism: string;
      /** Such as `ROUTER`; unknown with CURVE, and of peers that check every client first. */
      readonly socketType?: string;
    };

/** The part of an endpoint that a system call connects to. */
interface Address {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

const GREETING = nullGreeting();

/**
 * The end of the version in a greeting. A peer answers it with the rest of its own greeting; the rest
 * of this side's names a mechanism, over which a peer with another would close the connection unheard.
 */
const VERSION_END = 12;

/**
 * Connects to an endpoint, reads its greeting and disconnects. The program there gets no message.
 *
 * @param endpoint - A `tcp` or `ipc` endpoint.
 */
export function peek(endpoint: string, timeoutMs = 2_000): Promise<Peeked> {
  return new Promise((resolve) => {
    const socket = connect(addressOf(endpoint) as { host: string; port: number });
    let received: Buffer = Buffer.alloc(0);
    let isConnected = false;
    const done = (peeked: Peeked) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(peeked);
    };
    const timer = setTimeout(() => {
      done(
        isConnected
          ? judged(received)
          : { kind: "nothing", reason: `no answer within ${timeoutMs / 1_000} s` },
      );
    }, timeoutMs);
    socket.on("connect", () => {
      isConnected = true;
      socket.write(GREETING.subarray(0, VERSION_END));
    });
    let hasGreeted = false;
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (isEnough(received)) done(judged(received));
      else if (!hasGreeted && received.length >= GREETING_LENGTH) {
        hasGreeted = true;
        socket.write(GREETING.subarray(VERSION_END));
      }
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      done(isConnected ? judged(received) : { kind: "nothing", reason: reasonOf(error) });
    });
    socket.on("close", () => done(judged(received)));
  });
}

function isEnough(received: Buffer): boolean {
  if (!mayGreet(received)) return true;
  const greeting = readGreeting(received);
  if (greeting === undefined) return false;
  return greeting.mechanism !== "NULL" || readReady(received) !== undefined;
}

function judged(received: Buffer): Peeked {
  if (received.length === 0) return { kind: "silent" };
  const greeting = mayGreet(received) ? readGreeting(received) : undefined;
  if (greeting === undefined) {
    return { kind: "foreign", beginning: received.subarray(0, 40).toString("latin1") };
  }
  const { version, mechanism } = greeting;
  const socketType = readReady(received)?.get("Socket-Type");
  return { kind: "zeromq", version, mechanism, ...(socketType !== undefined && { socketType }) };
}

/** Reads the address of an endpoint that the runtime has accepted. */
function addressOf(endpoint: string): Address {
  const [, transport, rest = ""] = /^[>]?(tcp|ipc):\/\/(.*)$/.exec(endpoint) ?? [];
  if (transport === "ipc") return { path: rest.startsWith("@") ? `\0${rest.slice(1)}` : rest };
  // A source address may stand before the target: "eth0:0;host:5555".
  const target = rest.slice(rest.lastIndexOf(";") + 1);
  const colon = target.lastIndexOf(":");
  return {
    host: target.slice(0, colon).replace(/^\[(.*)\]$/, "$1"),
    port: Number(target.slice(colon + 1)),
  };
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ECONNREFUSED":
      return "nothing listens there";
    case "ENOENT":
      return "there is no such socket file";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name is unknown";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "there is no way to that network";
    default:
      return code === undefined ? message : `${code}: ${message}`;
  }
}
