import { leavesNothing } from "./leaves-nothing.js";
import { messagingScenarios } from "./scenarios/messaging.js";

leavesNothing(messagingScenarios, 1_000);
