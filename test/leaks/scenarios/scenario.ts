import assert from "node:assert/strict";
import type { Repeat } from "../repeat.js";

/** The rounds of some classes, and what has to be there for all of them. */
export type Scenario = (repeat: Repeat) => Promise<void>;

export type Scenarios = Readonly<Record<string, Scenario>>;

/** The last line that a scenario's process prints. Nothing may keep it from ending then. */
export const over = "over";

/** Where tests listen. */
export const local = "tcp://127.0.0.1:*";

/** A wait that hangs ends, and says so. */
export const soon = { timeoutMs: 20_000 };

/** Begins to wait for what will not come, to see that closing ends it. */
export async function isClosed(waiting: Promise<unknown>): Promise<void> {
  await assert.rejects(waiting, { code: "CLOSED" });
}
