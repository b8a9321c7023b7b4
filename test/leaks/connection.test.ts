import { connectionScenarios } from "./connection.js";
import { leavesNothing } from "./leaves-nothing.js";

leavesNothing(connectionScenarios, 1_000);
