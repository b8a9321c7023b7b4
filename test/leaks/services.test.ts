import { leavesNothing } from "./leaves-nothing.js";
import { serviceScenarios } from "./services.js";

leavesNothing(serviceScenarios, 1_000);
