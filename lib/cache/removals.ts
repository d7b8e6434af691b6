/**
 * Keeps a load that began before a `delete` or a `clear` from putting its value into memory after it.
 * Each load and read takes an ordinal; a removal refuses the ordinals so far.
 */
export class Removals {
  #ordinal = 0;
  #floor = 0;
  readonly #keys = new Map<string, number>();
  readonly #maxKeys: number;

  constructor(maxKeys = 1_000) {
    this.#maxKeys = maxKeys;
  }

  nextOrdinal(): number {
    return ++this.#ordinal;
  }

  remove(key: string): void {
    this.#keys.delete(key);
    this.#keys.set(key, this.#ordinal);
    if (this.#keys.size <= this.#maxKeys) return;
    // Forgetting a key refuses more than need be, never less.
    for (const [oldest, ordinal] of this.#keys) {
      this.#keys.delete(oldest);
      this.#floor = Math.max(this.#floor, ordinal);
      return;
    }
  }

  removeAll(): void {
    this.#keys.clear();
    this.#floor = this.#ordinal;
  }

  allows(key: string, ordinal: number): boolean {
    return ordinal > this.#floor && ordinal > (this.#keys.get(key) ?? 0);
  }
}
