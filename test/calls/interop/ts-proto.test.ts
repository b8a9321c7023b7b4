import { tsProto } from "../peers/ts-proto.js";
import { testInterop } from "./interop-cases.js";

testInterop(tsProto);
