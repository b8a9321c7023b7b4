import type { Socket } from "zeromq";
import { log } from "../../base/log.js";
import type { Endpoint } from "./endpoint.js";

let warned = false;

/**
 * Warns, once in each process, of a socket that any machine of the network can reach and write to.
 */
export function warnOfExposure(socket: Socket, { address, text, mode }: Endpoint): void {
  if (warned || mode !== "bind" || !/^tcp:\/\/(\*|0\.0\.0\.0|\[::\]):/.test(address)) return;
  if (socket.securityMechanism === "curve") return;
  warned = true;
  log(
    "connection",
    "warn",
    { endpoint: text },
    `bound to every network interface without CURVE: any machine that reaches ${text} can send to it; give the option security, or bind 127.0.0.1 for this machine alone`,
  );
}
