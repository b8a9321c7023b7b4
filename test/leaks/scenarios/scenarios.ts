import { connectionScenarios } from "./connection.js";
import { introspectionScenarios } from "./introspection.js";
import { messagingScenarios, processScenarios } from "./messaging.js";
import type { Scenarios } from "./scenario.js";
import { serviceScenarios } from "./services.js";

export const scenarios: Scenarios = {
  ...connectionScenarios,
  ...introspectionScenarios,
  ...messagingScenarios,
  ...processScenarios,
  ...serviceScenarios,
};
