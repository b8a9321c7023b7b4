/** Deletions after which the entries move to a new map. */
const MOST_DELETIONS = 1_000;

/**
 * A map whose entries come and go. A `Map` of V8 keeps the tables that it has outgrown in a chain:
 * once the first of them has become old, a minor collection frees none of those behind it, nor the
 * entries that they held. Here the entries move to a new map before that becomes much.
 */
export class PassingMap<K, V> {
  #map = new Map<K, V>();
  #deletions = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  delete(key: K): void {
    if (!this.#map.delete(key)) return;
    if (++this.#deletions < Math.max(MOST_DELETIONS, 4 * this.#map.size)) return;
    this.#map = new Map(this.#map);
    this.#deletions = 0;
  }

  clear(): void {
    this.#map = new Map();
    this.#deletions = 0;
  }

  keys(): MapIterator<K> {
    return this.#map.keys();
  }

  values(): MapIterator<V> {
    return this.#map.values();
  }

  /** The entries at the moment; a change during the iteration may or may not show. */
  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#map.entries();
  }
}
