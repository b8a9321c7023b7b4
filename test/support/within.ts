/**
 * Gives what `promise` gives, or fails once it has taken too long, naming what was waited for.
 * The limit ends a broken test and measures nothing: it is far above what any of these waits takes.
 *
 * @param what completes "Waited 20 s for …"; a function is asked only when it comes to that
 */
export async function within<T>(
  promise: Promise<T>,
  what: string | (() => string),
  timeoutMs = 20_000,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const text = typeof what === "string" ? what : what();
      reject(new Error(`Waited ${timeoutMs / 1000} s for ${text}`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
