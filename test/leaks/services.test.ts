import { leavesNothing } from "./leaves-nothing.js";
import { serviceScenarios } from "./scenarios/services.js";

leavesNothing(serviceScenarios, 1_000);
