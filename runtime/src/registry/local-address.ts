import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";

/** Bridges that container engines and hypervisors add: only this machine reaches an address there. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|podman|lxcbr|vEthernet)/;

/**
 * The IPv4 address under which other machines most likely reach this one: the first of its network
 * interfaces that is not a loopback. An address of a bridge for containers or virtual machines, or
 * one that the machine gave itself (169.254.*), is taken only where there is no other, and
 * `127.0.0.1` where there is none at all. No packet is sent and no host is asked.
 *
 * A machine in several networks has several such addresses; name the right one with the option
 * `address`.
 *
 * @param interfaces - What to choose from, in the form of `os.networkInterfaces()`.
 */
export function localAddress(
  interfaces: Readonly<
    Record<string, readonly NetworkInterfaceInfo[] | undefined>
  > = networkInterfaces(),
): string {
  const outside = Object.entries(interfaces).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal)
      .map(({ address }) => ({
        address,
        rank: VIRTUAL.test(name) ? 2 : address.startsWith("169.254.") ? 1 : 0,
      })),
  );
  // The sort is stable: among equals the system's order counts.
  outside.sort((one, other) => one.rank - other.rank);
  return outside[0]?.address ?? "127.0.0.1";
}
