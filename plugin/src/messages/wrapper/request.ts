import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

// google.protobuf.compiler.CodeGeneratorRequest.parameter
const parameterField = 2;

/** Reads the parameter from the bytes of a CodeGeneratorRequest; skips the rest, which may be large. */
export function parameterOf(request: Uint8Array): string {
  const reader = new BinaryReader(request);
  let parameter = "";
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === parameterField && wireType === WireType.LengthDelimited) {
      parameter = reader.string();
    } else {
      reader.skip(wireType, field);
    }
  }
  return parameter;
}

/** Returns the bytes of the request with another parameter, appended: the last occurrence of a field counts. */
export function withParameter(request: Uint8Array, parameter: string): Uint8Array {
  const field = new BinaryWriter()
    .tag(parameterField, WireType.LengthDelimited)
    .string(parameter)
    .finish();
  return Buffer.concat([request, field]);
}
