import { leavesNothing } from "./leaves-nothing.js";
import { messagingScenarios } from "./messaging.js";

leavesNothing(messagingScenarios, 1_000);
