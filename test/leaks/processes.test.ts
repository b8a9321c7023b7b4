import { leavesNothing } from "./leaves-nothing.js";
import { processScenarios } from "./scenarios/messaging.js";

// Each of them starts two processes, which takes as long as a hundred of the others.
leavesNothing(processScenarios, 20);
