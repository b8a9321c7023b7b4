/** Returns the place where the content of a length-delimited field begins; -1 if it is cut off. */
export function startOfField(frame: Uint8Array, at: number): number {
  for (let index = 1; index <= 5; index++) {
    const byte = frame[at + index];
    if (byte === undefined) return -1;
    if (byte < 0x80) return at + index + 1;
  }
  return -1;
}

/** Returns the place after a length-delimited field; -1 if it is cut off. */
export function endOfField(frame: Uint8Array, at: number): number {
  let length = 0;
  let scale = 1;
  for (let index = 1; index <= 5; index++) {
    const byte = frame[at + index];
    if (byte === undefined) return -1;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      const end = at + index + 1 + length;
      return end <= frame.length ? end : -1;
    }
    scale *= 128;
  }
  return -1;
}

/** Returns the place after a field of any wire type with a tag of one byte; -1 for any other. */
export function endOfAny(frame: Uint8Array, at: number): number {
  const tag = frame[at] as number;
  if (tag >= 0x80) return -1;
  switch (tag & 7) {
    case 0: {
      for (let index = 1; index <= 10; index++) {
        const byte = frame[at + index];
        if (byte === undefined) return -1;
        if (byte < 0x80) return at + index + 1;
      }
      return -1;
    }
    case 1:
      return at + 9 <= frame.length ? at + 9 : -1;
    case 2:
      return endOfField(frame, at);
    case 5:
      return at + 5 <= frame.length ? at + 5 : -1;
    default:
      return -1;
  }
}
