import { MpMsgReactor } from "dividere/messaging";
import { GreeterRequest } from "../../../gen/plain_dividere.js";
import { anywhere, type Cases, later, pause, rejects, settled, soon, throws } from "./tools.js";

const fixture = (name: string): URL => new URL(`../../../fixtures/farm/${name}`, import.meta.url);
const one = { serve: anywhere, workers: 1 };

export const farms: Cases = {
  "MpMsgReactor: modules that throw, end and do not exist": async () => {
    for (const name of ["throws.ts", "exits.ts", "nothing.ts"]) {
      const farm = new MpMsgReactor(fixture(name), one);
      for (const listener of [throws, rejects]) farm.onStatus(listener);
      await settled(farm.waitUntilReady(soon), farm.stopped, farm.stop(), farm.drain());
    }
    for (const wrong of [{ data: throws }, { serve: "nothing://" }, { subscribe: "nothing://" }]) {
      try {
        new MpMsgReactor(fixture("greeter.ts"), { ...one, ...wrong }).close();
      } catch {
        // It cannot be started like that.
      }
    }
  },
  "MpMsgReactor: closed at once, while it starts, and while it stops": async () => {
    new MpMsgReactor(fixture("greeter.ts"), one).close();
    const starting = new MpMsgReactor(fixture("greeter.ts"), one);
    const ready = later(starting.waitUntilReady());
    await pause(50);
    const stopped = starting.stop();
    starting.close();
    await settled(ready, stopped, starting.stopped, starting.waitUntilReady());
  },
  "MpMsgReactor: workers that end with calls in hand, and are killed": async () => {
    const farm = new MpMsgReactor(fixture("greeter.ts"), { ...one, concurrency: 10 });
    for (const listener of [throws, rejects]) farm.onStatus(listener);
    await farm.waitUntilReady({ timeoutMs: 30_000 });
    await using greeter = new GreeterRequest(farm.endpoints);
    // The handler asks an endpoint at which nobody is, and so hangs.
    const hold = () =>
      later(greeter.reverse({ field1: "hold tcp://127.0.0.1:1" }, { timeoutMs: 5_000 }));
    const held = hold();
    await settled(greeter.reverse({ field1: "exit 3" }, { timeoutMs: 5_000 }), held);
    const other = hold();
    await pause(300);
    await settled(farm.drain({ timeoutMs: 100 }), farm.stop(), other);
  },
};
