// What ZeroMQ's peers say of themselves before a handshake: the greeting and the READY command of ZMTP 3.x
// (ZeroMQ RFC 23 and 37). A peer that binds sends both without knowing its client, so that no message is
// needed, no handshake is completed, and the program there notices nothing.

/** The length of a greeting. */
export const GREETING_LENGTH = 64;

const VERSION_AT = 10;
const MECHANISM_AT = 12;
const MECHANISM_LENGTH = 20;
const AS_SERVER_AT = 32;

const COMMAND = 0x04;
const LONG_COMMAND = 0x06;

/** The start of a conversation in which this side would send no secrets. */
export function nullGreeting(): Buffer {
  const greeting = Buffer.alloc(GREETING_LENGTH);
  greeting[0] = 0xff;
  greeting[8] = 1;
  greeting[9] = 0x7f;
  greeting[VERSION_AT] = 3;
  greeting[VERSION_AT + 1] = 1;
  greeting.write("NULL", MECHANISM_AT);
  return greeting;
}

/** A peer's greeting. */
export interface Greeting {
  /** The version of the protocol, such as `3.1`. */
  readonly version: string;
  /** `NULL`, `PLAIN`, `CURVE` or another mechanism. */
  readonly mechanism: string;
  readonly asServer: boolean;
}

/** Whether bytes can be the beginning of a greeting. */
export function mayGreet(bytes: Buffer): boolean {
  return (bytes.length < 1 || bytes[0] === 0xff) && (bytes.length < 10 || (bytes[9] ?? 0) === 0x7f);
}

/** Reads a greeting; `undefined` while it is incomplete. */
export function readGreeting(bytes: Buffer): Greeting | undefined {
  const major = bytes[VERSION_AT];
  if (major === undefined) return undefined;
  // A peer of ZMTP 2.0 has a socket type in the place of the minor version, and no mechanism.
  if (major < 3)
    return { version: major === 0 ? "1.0" : "2.0", mechanism: "NULL", asServer: false };
  if (bytes.length < GREETING_LENGTH) return undefined;
  const mechanism = bytes
    .subarray(MECHANISM_AT, MECHANISM_AT + MECHANISM_LENGTH)
    .toString("latin1");
  return {
    version: `${major}.${bytes[VERSION_AT + 1]}`,
    mechanism: mechanism.replace(/\0.*$/, ""),
    asServer: bytes[AS_SERVER_AT] === 1,
  };
}

/** Reads the properties of a READY command after the greeting; `undefined` while it is incomplete. */
export function readReady(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  const flags = bytes[GREETING_LENGTH];
  if (flags !== COMMAND && flags !== LONG_COMMAND) return undefined;
  const isLong = flags === LONG_COMMAND;
  const start = GREETING_LENGTH + (isLong ? 9 : 2);
  if (bytes.length < start) return undefined;
  const size = isLong
    ? Number(bytes.readBigUInt64BE(GREETING_LENGTH + 1))
    : (bytes[GREETING_LENGTH + 1] ?? 0);
  if (bytes.length < start + size) return undefined;
  const body = bytes.subarray(start, start + size);
  const nameLength = body[0] ?? 0;
  if (body.subarray(1, 1 + nameLength).toString("latin1") !== "READY") return undefined;
  return readProperties(body.subarray(1 + nameLength));
}

function readProperties(bytes: Buffer): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    if (nameEnd + 4 > bytes.length) break;
    const valueEnd = nameEnd + 4 + bytes.readUInt32BE(nameEnd);
    const name = bytes.subarray(at + 1, nameEnd).toString("latin1");
    properties.set(name, bytes.subarray(nameEnd + 4, valueEnd).toString("latin1"));
    at = valueEnd;
  }
  return properties;
}
