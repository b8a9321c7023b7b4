/**
 * Passes on the items of a stream unchanged, and reports when the stream has ended, failed or been
 * left.
 *
 * @param ended - Called once, with the error of a failed stream, and with the number of items.
 */
export async function* whenEnded<T>(
  items: AsyncIterable<T>,
  ended: (error: unknown, count: number) => void,
): AsyncGenerator<T, void, undefined> {
  let count = 0;
  let failure: unknown;
  try {
    for await (const item of items) {
      count++;
      yield item;
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    ended(failure, count);
  }
}
