/** Work under way for a key, that later callers may share. */
export interface Flight<T> {
  readonly result: Promise<T>;
}

/** One flight a key at a time, in this process. A flight that was replaced lands without a trace. */
export class SingleFlight<F extends Flight<unknown>> {
  readonly #flights = new Map<string, F>();

  get(key: string): F | undefined {
    return this.#flights.get(key);
  }

  set(key: string, flight: F): void {
    this.#flights.set(key, flight);
    const land = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.result.then(land, land);
  }
}
