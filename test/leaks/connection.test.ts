import { leavesNothing } from "./leaves-nothing.js";
import { connectionScenarios } from "./scenarios/connection.js";

leavesNothing(connectionScenarios, 1_000);
