import assert from "node:assert/strict";
import type { Form, Scenario } from "./scenario.js";
import { Stage } from "./stage.js";
import type { Tally } from "./tally.js";

/** A scenario and its results. */
export interface Performance {
  readonly scenario: Scenario;
  /** The facts, or the difference from the required behaviour. */
  readonly seen: string;
  readonly met: boolean;
  readonly tally: Tally;
  /** The growth of the client's process and the highest of the others, in MiB. */
  readonly memory: string;
}

/** Plays a scenario. A behaviour that is not as it must be is a result; any other failure rejects. */
export async function perform(scenario: Scenario, form: Form): Promise<Performance> {
  await using stage = new Stage();
  let [seen, met] = ["", true];
  try {
    seen = await scenario.play(stage, form);
  } catch (error) {
    if (!(error instanceof assert.AssertionError)) throw error;
    [seen, met] = [error.message, false];
  }
  const { tally } = stage;
  return { scenario, seen, met, tally, memory: await stage.memory() };
}
