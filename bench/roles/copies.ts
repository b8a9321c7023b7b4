/** A copy of fewer bytes does not count: it is none of a large payload. */
const LEAST_BYTES = 512 << 10;

let count: number | undefined;

/**
 * Returns how often JavaScript has copied many bytes at once in this process, since the first call: from one array into another, or
 * into a new one. What zeromq.js and libzmq copy is not seen.
 */
export function countedCopies(): number {
  if (count === undefined) watch();
  return count ?? 0;
}

function watch(): void {
  count = 0;
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  note(typed, "set", ([source]) => source as ArrayLike<number>);
  note(typed, "slice", (_, copied) => copied as Uint8Array);
  note(Buffer.prototype, "copy", (_, bytes) => ({ length: bytes as number }));
  note(Buffer, "concat", (_, copied) => copied as Uint8Array);
  note(Buffer, "from", ([source], copied) =>
    // From an ArrayBuffer comes a view.
    source instanceof ArrayBuffer || source instanceof SharedArrayBuffer
      ? { length: 0 }
      : (copied as Uint8Array),
  );
}

/** Counts calls of a method that copy much; `copied` tells what was copied. */
function note<T extends object>(
  owner: T,
  name: keyof T,
  copied: (args: readonly unknown[], result: unknown) => { readonly length: number },
): void {
  const original = owner[name] as (...args: readonly unknown[]) => unknown;
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: function (this: unknown, ...args: readonly unknown[]): unknown {
      const result: unknown = Reflect.apply(original, this, args);
      if (copied(args, result).length >= LEAST_BYTES) count = (count ?? 0) + 1;
      return result;
    },
  });
}
