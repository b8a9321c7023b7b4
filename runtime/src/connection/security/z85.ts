/** The 85 characters of ZeroMQ RFC 32/Z85, in their order. */
const ALPHABET =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** The number of characters in which Z85 writes the 32 bytes of a CURVE key. */
export const KEY_LENGTH = 40;

const KEY_BYTES = 32;

/** Writes the bytes of a key as text. */
export function keyToText(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < KEY_BYTES; at += 4) {
    let value = bytes.readUInt32BE(at);
    let five = "";
    for (let digit = 0; digit < 5; digit++) {
      five = ALPHABET.charAt(value % 85) + five;
      value = Math.floor(value / 85);
    }
    text += five;
  }
  return text;
}

/** Reads the text of a key; returns `undefined` if the text is not a key. */
export function keyToBytes(text: string): Buffer | undefined {
  if (text.length !== KEY_LENGTH) return undefined;
  const bytes = Buffer.alloc(KEY_BYTES);
  for (let part = 0; part < KEY_BYTES / 4; part++) {
    let value = 0;
    for (const character of text.slice(part * 5, part * 5 + 5)) {
      const digit = ALPHABET.indexOf(character);
      if (digit < 0) return undefined;
      value = value * 85 + digit;
    }
    // Five digits can exceed 32 bits.
    if (value > 0xffff_ffff) return undefined;
    bytes.writeUInt32BE(value, part * 4);
  }
  return bytes;
}
