import type { Scenario } from "../harness/scenario.js";
import { handlers } from "./handlers.js";
import { links } from "./links.js";
import { middle } from "./middle.js";
import { peers } from "./peers.js";
import { services } from "./services.js";
import { subscribers } from "./subscribers.js";

/** All scenarios, in the order of the page. */
export const scenarios: readonly Scenario[] = [
  ...peers,
  ...links,
  ...handlers,
  ...middle,
  ...services,
  ...subscribers,
];
