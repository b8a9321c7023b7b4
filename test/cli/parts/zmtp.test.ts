import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  GREETING_LENGTH,
  mayGreet,
  nullGreeting,
  readGreeting,
  readReady,
} from "../../../cli/src/connect/zmtp.js";

/** Makes a READY command (ZeroMQ RFC 37). */
function ready(properties: Readonly<Record<string, string>>, isLong = false): Buffer {
  const body = Buffer.concat([
    Buffer.from("\u0005READY", "latin1"),
    ...Object.entries(properties).flatMap(([name, value]) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(value.length);
      return [Buffer.from([name.length]), Buffer.from(name), length, Buffer.from(value)];
    }),
  ]);
  if (!isLong) return Buffer.concat([Buffer.from([0x04, body.length]), body]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length));
  return Buffer.concat([Buffer.from([0x06]), size, body]);
}

describe("the greeting of ZMTP", () => {
  test("tells the version, the mechanism and the role", () => {
    const greeting = nullGreeting();
    assert.equal(greeting.length, GREETING_LENGTH);
    assert.deepEqual(readGreeting(greeting), {
      version: "3.1",
      mechanism: "NULL",
      asServer: false,
    });
    const curve = Buffer.from(greeting);
    curve.write("CURVE\0", 12);
    curve[32] = 1;
    assert.deepEqual(readGreeting(curve), { version: "3.1", mechanism: "CURVE", asServer: true });
    const old = Buffer.from("ff00000000000000017f01", "hex");
    assert.equal(readGreeting(old)?.version, "2.0");
  });

  test("is told apart from other protocols, as far as it has come", () => {
    const greeting = nullGreeting();
    for (let length = 0; length < GREETING_LENGTH; length++) {
      assert.ok(mayGreet(greeting.subarray(0, length)));
      assert.equal(readGreeting(greeting.subarray(0, length)), undefined);
    }
    assert.ok(!mayGreet(Buffer.from("HTTP/1.1 400")));
    assert.ok(!mayGreet(Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x20])));
  });

  test("is followed by properties, which may have come in part, or be cut off", () => {
    const properties = { "Socket-Type": "ROUTER", Identity: "" };
    for (const isLong of [false, true]) {
      const all = Buffer.concat([nullGreeting(), ready(properties, isLong)]);
      assert.deepEqual(Object.fromEntries(readReady(all) ?? []), properties);
      for (let length = GREETING_LENGTH; length < all.length; length++) {
        assert.equal(readReady(all.subarray(0, length)), undefined);
      }
    }
    const other = Buffer.concat([nullGreeting(), Buffer.from([0x04, 6, 5]), Buffer.from("ERROR")]);
    assert.equal(readReady(other), undefined);
    const lying = ready({ "Socket-Type": "REP" });
    lying.writeUInt32BE(0xffff_ffff, 20);
    assert.equal(readReady(Buffer.concat([nullGreeting(), lying]))?.get("Identity"), undefined);
  });
});
