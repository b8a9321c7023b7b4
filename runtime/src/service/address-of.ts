import { networkInterfaces } from "node:os";
import { builtin } from "../base/builtin.js";
import { localAddress } from "../registry/local-address.js";

/** Returns the address at which other machines reach a socket that listens on `listen`. */
export function addressOf(listen: string): string {
  const { isIPv4, isIPv6 } = builtin("node:net");
  if (isIPv6(listen)) return /^[0:]+$/.test(listen) ? localAddress(undefined, "IPv6") : listen;
  if (isIPv4(listen) && listen !== "0.0.0.0") return listen;
  const own = networkInterfaces()[listen];
  return own === undefined ? localAddress() : localAddress({ [listen]: own });
}
