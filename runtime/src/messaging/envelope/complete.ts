import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { MessageType } from "./message-type.js";

/**
 * A writer that refuses a field without a value. The codecs of ts-proto expect every field; of the
 * writer's methods these four would write something for `undefined`, and all others throw already.
 */
export class StrictWriter extends BinaryWriter {
  override string(value: string): this {
    return super.string(value ?? missing());
  }

  override bool(value: boolean): this {
    return super.bool(value ?? missing());
  }

  override float(value: number): this {
    return super.float(value ?? missing());
  }

  override double(value: number): this {
    return super.double(value ?? missing());
  }
}

function missing(): never {
  throw new TypeError("a field has no value");
}

/**
 * A message with default values in the fields that are left out, those of nested messages included;
 * `undefined` where its type cannot tell them.
 *
 * @throws TypeError for a field that the type does not have.
 */
export function complete(message: object, type: MessageType): object | undefined {
  if (type.create === undefined) return undefined;
  const whole = type.create(message);
  for (const key of Object.keys(message)) {
    if (key.startsWith("$") || key in whole) continue;
    const fields = Object.keys(whole).filter((name) => !name.startsWith("$"));
    throw new TypeError(`it has no field "${key}"; its fields are ${fields.join(", ")}`);
  }
  return whole;
}
