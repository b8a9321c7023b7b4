import { leavesNothing } from "./leaves-nothing.js";
import { introspectionScenarios } from "./scenarios/introspection.js";

leavesNothing(introspectionScenarios, 1_000);
