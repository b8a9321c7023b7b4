import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { MessageType } from "./message-type.js";

/**
 * A writer that refuses a field without a value. The codecs of ts-proto expect every field. The
 * four methods that this class overrides would write something for `undefined`; all other methods
 * throw already.
 */
export class StrictWriter extends BinaryWriter {
  /** Begins anew, and returns the bytes that were written before; the next write overwrites them. */
  borrow(): Uint8Array {
    const bytes = this["buffer"].subarray(0, this["pos"]);
    this["pos"] = 0;
    return bytes;
  }

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
 * Completes a message with default values for the fields that are left out, those of nested
 * messages included; returns `undefined` if its type does not know the default values.
 *
 * @throws TypeError for a field that is not in the type.
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
