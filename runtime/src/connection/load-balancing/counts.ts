import type { BrokerCounters } from "./broker-options.js";

/** Makes counters that stand at 0. */
export function noCounts(): { -readonly [K in keyof BrokerCounters]: number } {
  return {
    forwarded: 0,
    answered: 0,
    overflowed: 0,
    expired: 0,
    malformed: 0,
    undeliverable: 0,
    workersLost: 0,
  };
}
