import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";

/** Bridges of container engines and hypervisors: only this machine reaches their addresses. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|podman|lxcbr|vEthernet)/;

/**
 * Returns the IPv4 address at which other machines most likely reach this machine: that of its first
 * network interface that is no loopback. The address of a bridge for containers or virtual machines,
 * or a self-assigned address (169.254.*), is the result only if there is no other, and `127.0.0.1`
 * only if there is none at all. The function sends no packet and asks no host.
 *
 * A machine in several networks has several such addresses; set the right one with the option
 * `address`.
 *
 * @param interfaces - The network interfaces, in the form of `os.networkInterfaces()`.
 * @param family - `IPv6` for an IPv6 address, by the same rules; one of the link alone (fe80::) is never the
 *   result, and `::1` only if there is no other.
 */
export function localAddress(
  interfaces: Readonly<
    Record<string, readonly NetworkInterfaceInfo[] | undefined>
  > = networkInterfaces(),
  family: "IPv4" | "IPv6" = "IPv4",
): string {
  const outside = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(
        (each) => each.family === family && !each.internal && !/^fe[89ab]/i.test(each.address),
      )
      .map(({ address }) => ({
        address,
        rank: VIRTUAL.test(name) ? 2 : address.startsWith("169.254.") ? 1 : 0,
      })),
  );
  // The sort is stable: equal ranks keep the system's order.
  outside.sort((one, other) => one.rank - other.rank);
  return outside[0]?.address ?? (family === "IPv4" ? "127.0.0.1" : "::1");
}
