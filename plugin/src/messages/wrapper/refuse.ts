import { toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { refusal } from "../../refusal.js";

/** Answers the compiler with the reason for generating nothing. */
export function refuse(reason: string): void {
  process.stdout.write(toBinary(CodeGeneratorResponseSchema, refusal(reason)));
}
