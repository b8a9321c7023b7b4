/** Visits every item whose key an earlier item has, together with the first item of that key. */
export function forEachRepeated<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  visit: (first: T, item: T) => void,
): void {
  const seen = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, item);
    } else {
      visit(first, item);
    }
  }
}

/** Returns the names that occur more than once. */
export function repeatedNames(names: Iterable<string>): ReadonlySet<string> {
  const repeated = new Set<string>();
  forEachRepeated(
    names,
    (name) => name,
    (name) => repeated.add(name),
  );
  return repeated;
}
