import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

// google.protobuf.compiler.CodeGeneratorRequest.parameter
const parameterField = 2;

/** The parameter in the bytes of a CodeGeneratorRequest; the rest, which may be large, is passed over. */
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

/** The bytes of the request with another parameter: of a field that comes twice, the last one holds. */
export function withParameter(request: Uint8Array, parameter: string): Uint8Array {
  const field = new BinaryWriter()
    .tag(parameterField, WireType.LengthDelimited)
    .string(parameter)
    .finish();
  return Buffer.concat([request, field]);
}
