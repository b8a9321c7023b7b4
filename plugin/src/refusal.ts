import { create } from "@bufbuild/protobuf";
import {
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  Edition,
} from "@bufbuild/protobuf/wkt";

export const minimumEdition: Edition.EDITION_PROTO2 = Edition.EDITION_PROTO2;
export const maximumEdition: Edition.EDITION_2024 = Edition.EDITION_2024;

/** The response of a plugin that generates nothing, and says why. */
export function refusal(error: string): CodeGeneratorResponse {
  return create(CodeGeneratorResponseSchema, {
    error,
    // Without these a compiler complains about what the plugin supports, and the error itself is lost.
    supportedFeatures: BigInt(
      CodeGeneratorResponse_Feature.PROTO3_OPTIONAL |
        CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
    ),
    minimumEdition,
    maximumEdition,
  });
}
