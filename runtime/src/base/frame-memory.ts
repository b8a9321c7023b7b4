/** The memory that small frames share. */
const SLAB_BYTES = 32 << 10;

/** A larger frame has memory of its own. */
const MOST_SHARED_BYTES = SLAB_BYTES >> 3;

let slab = new Uint8Array(SLAB_BYTES);
let used = 0;

/**
 * Memory for a frame that no other frame has or will have. Small frames are cut from a slab: memory
 * of their own costs several times as much as what is written into it.
 */
export function frameMemory(bytes: number): Uint8Array {
  if (bytes > MOST_SHARED_BYTES) return new Uint8Array(bytes);
  if (used + bytes > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const start = used;
  used += bytes;
  return slab.subarray(start, used);
}
