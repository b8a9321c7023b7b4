import { create } from "@bufbuild/protobuf";
import {
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  Edition,
} from "@bufbuild/protobuf/wkt";

export const minimumEdition: Edition.EDITION_PROTO2 = Edition.EDITION_PROTO2;
export const maximumEdition: Edition.EDITION_2024 = Edition.EDITION_2024;

/** Makes the response of a plugin that generates nothing, with the reason. */
export function refusal(error: string): CodeGeneratorResponse {
  return create(CodeGeneratorResponseSchema, {
    error,
    // Without these fields a compiler complains about missing features instead of showing the error.
    supportedFeatures: BigInt(
      CodeGeneratorResponse_Feature.PROTO3_OPTIONAL |
        CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
    ),
    minimumEdition,
    maximumEdition,
  });
}
