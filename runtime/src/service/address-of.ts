import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { localAddress } from "../registry/local-address.js";

/** Returns the address at which other machines reach a socket that listens on `listen`. */
export function addressOf(listen: string): string {
  if (isIP(listen) === 6) return /^[0:]+$/.test(listen) ? localAddress(undefined, "IPv6") : listen;
  if (isIP(listen) === 4 && listen !== "0.0.0.0") return listen;
  const own = networkInterfaces()[listen];
  return own === undefined ? localAddress() : localAddress({ [listen]: own });
}
