/** Longer than that nobody is kept waiting for those who are still to come. */
const LIMIT_MS = 20;

/**
 * Tells while connections come in a row. libuv accepts one connection in a turn of the event loop (since 1.45), so
 * that of many that come together the last waits for as many turns, each of which answers all that were accepted
 * before it: accepting them first costs each turn next to nothing.
 */
export class Arrivals {
  readonly #limitMs: number;
  readonly #now: () => number;
  #cameThisTurn = false;
  #ended: Promise<void> | undefined;

  constructor(limitMs: number | undefined = LIMIT_MS, now: () => number = () => performance.now()) {
    this.#limitMs = limitMs;
    this.#now = now;
  }

  /** Resolves when a turn of the event loop has brought no connection, or the limit is over; undefined while none come. */
  get underWay(): Promise<void> | undefined {
    return this.#ended;
  }

  /** To be called for each connection. */
  note(): void {
    this.#cameThisTurn = true;
    this.#ended ??= this.#end();
  }

  #end(): Promise<void> {
    const deadline = this.#now() + this.#limitMs;
    return new Promise((resolve) => {
      const look = () => {
        if (this.#cameThisTurn && this.#now() < deadline) {
          this.#cameThisTurn = false;
          setImmediate(look);
        } else {
          this.#ended = undefined;
          resolve();
        }
      };
      setImmediate(look);
    });
  }
}
