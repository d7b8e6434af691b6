import { type Aggregator, Gauge, type Registry } from "prom-client";

/**
 * Makes gauges of what a part of the site says of itself when it is asked. There is no sample where the part is
 * not there, or does not know.
 *
 * @param source what it says now; undefined where there is no such part
 * @param together what several workers are together, unless a gauge says otherwise
 */
export function gaugesOf<State>(
  registry: Registry,
  source: () => State | undefined,
  together: Aggregator = "sum",
) {
  return (
    name: string,
    help: string,
    read: (state: State) => number | undefined,
    aggregator: Aggregator = together,
  ): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      aggregator,
      collect() {
        this.remove();
        const state = source();
        const value = state === undefined ? undefined : read(state);
        if (value !== undefined) this.set(value);
      },
    });
  };
}
