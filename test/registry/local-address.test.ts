import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import { describe, test } from "node:test";
import { localAddress } from "dividere/registry";

const details = { netmask: "255.255.255.0", mac: "00:00:00:00:00:00", cidr: null };

function ipv4(address: string, internal = false): NetworkInterfaceInfo {
  return { ...details, family: "IPv4", address, internal };
}

function ipv6(address: string): NetworkInterfaceInfo {
  return { ...details, family: "IPv6", address, internal: false, scopeid: 0 };
}

const lo = [ipv4("127.0.0.1", true)];

describe("localAddress", () => {
  const cases: [string, Record<string, NetworkInterfaceInfo[]>, string][] = [
    ["takes the one that others reach", { lo, eth0: [ipv4("10.1.2.3")] }, "10.1.2.3"],
    ["takes the first of several", { a: [ipv4("10.0.0.1")], b: [ipv4("10.0.0.2")] }, "10.0.0.1"],
    ["passes over IPv6", { eth0: [ipv6("fd00::2"), ipv4("10.1.2.3")] }, "10.1.2.3"],
    [
      "prefers any other to a bridge for containers",
      { docker0: [ipv4("172.17.0.1")], wlan0: [ipv4("192.168.0.7")] },
      "192.168.0.7",
    ],
    [
      "prefers any other to one that the machine gave itself",
      { eth0: [ipv4("169.254.3.4")], eth1: [ipv4("10.0.0.1")] },
      "10.0.0.1",
    ],
    [
      "takes the bridge when there is nothing else",
      { lo, docker0: [ipv4("172.17.0.1")] },
      "172.17.0.1",
    ],
    ["is the loopback when there is none", { lo, eth0: [ipv6("fd00::2")] }, "127.0.0.1"],
  ];
  for (const [title, interfaces, expected] of cases) {
    test(title, () => assert.equal(localAddress(interfaces), expected));
  }

  const ipv6Cases: [string, Record<string, NetworkInterfaceInfo[]>, string][] = [
    ["takes an IPv6 address when asked", { a: [ipv4("10.1.2.3"), ipv6("fd00::2")] }, "fd00::2"],
    [
      "passes over one of the link alone",
      { a: [ipv6("fe80::1")], b: [ipv6("fd00::3")] },
      "fd00::3",
    ],
    ["is the IPv6 loopback when there is none", { lo, a: [ipv6("fe80::1")] }, "::1"],
  ];
  for (const [title, interfaces, expected] of ipv6Cases) {
    test(title, () => assert.equal(localAddress(interfaces, "IPv6"), expected));
  }

  test("reads this machine's interfaces by default", () => {
    assert.match(localAddress(), /^\d+\.\d+\.\d+\.\d+$/);
  });
});
