import { type MpMsgReactor, type MpMsgReactorOptions, RequestError } from "dividere/messaging";
import type { GreeterData } from "../../fixtures/farm/greeter.js";
import { within } from "../../support/within.js";
import { Farm, fixture, type Statuses } from "./mp-farm.js";

export const serve = "tcp://127.0.0.1:*";

/** A farm of the fixture's greeters. */
export function greeters(options: MpMsgReactorOptions & { data?: GreeterData }): MpMsgReactor {
  return new Farm(fixture("greeter.js"), options);
}

export function refusedWith(status: string): (error: unknown) => boolean {
  return (error) => error instanceof RequestError && error.status === status;
}

export async function pidsOf(farm: MpMsgReactor, statuses: Statuses): Promise<number[]> {
  await within(farm.waitUntilReady(), "the workers");
  return statuses.of("ready").map(({ pid }) => pid ?? 0);
}
