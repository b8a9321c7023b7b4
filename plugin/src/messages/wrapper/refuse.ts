import { toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { refusal } from "../../refusal.js";

/** Answers the compiler with the reason why nothing is generated. */
export function refuse(reason: string): void {
  process.stdout.write(toBinary(CodeGeneratorResponseSchema, refusal(reason)));
}
