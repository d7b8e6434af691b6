/** The last `capacity` items, by a number that goes on rising. */
export class History<T> {
  readonly #slots: (T | undefined)[];
  #head = 0;
  #oldest = 0;

  constructor(capacity: number) {
    this.#slots = new Array<T | undefined>(capacity).fill(undefined);
  }

  /** The number that the next item gets. */
  get head(): number {
    return this.#head;
  }

  /** The number of the oldest item that is kept; `head` when there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  get latest(): T | undefined {
    return this.at(this.#head - 1);
  }

  push(item: T): void {
    this.#slots[this.#head % this.#slots.length] = item;
    this.#head++;
    this.#oldest = Math.max(this.#oldest, this.#head - this.#slots.length);
  }

  at(number: number): T | undefined {
    return number >= this.#oldest && number < this.#head
      ? this.#slots[number % this.#slots.length]
      : undefined;
  }

  /** Forgets all items, and no number: who read up to `head` has missed nothing. */
  clear(): void {
    this.#slots.fill(undefined);
    this.#oldest = this.#head;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let number = this.#oldest; number < this.#head; number++) {
      const item = this.at(number);
      if (item !== undefined) yield item;
    }
  }
}
