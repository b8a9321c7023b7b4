import { protobufEs } from "../peers/es.js";
import { testInterop } from "./interop-cases.js";

testInterop(protobufEs);
