import type { BreakerState } from "./events";

export interface BreakerOptions {
  /** Consecutive failures that open it. */
  readonly threshold: number;
  /** At most one probe in this many ms while it is open. */
  readonly probeIntervalMs: number;
  readonly now: () => number;
  readonly onChange?: (state: BreakerState) => void;
}

/** Leave to try once. Report the outcome with `succeed` or `fail`, exactly once. */
export type Permit = "normal" | "probe";

/**
 * Spares callers a dependency that fails: after `threshold` failures in a row nothing is let through
 * but one probe an interval, and the first probe that succeeds closes it again.
 */
export class CircuitBreaker {
  #state: BreakerState = "closed";
  #failures = 0;
  #lastProbeAt = 0;
  readonly #options: BreakerOptions;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** @returns undefined when the breaker is open */
  acquire(): Permit | undefined {
    if (this.#state === "closed") return "normal";
    if (this.#state === "half-open") return undefined;
    const now = this.#options.now();
    if (now - this.#lastProbeAt < this.#options.probeIntervalMs) return undefined;
    this.#lastProbeAt = now;
    this.#change("half-open");
    return "probe";
  }

  succeed(permit: Permit): void {
    // What was sent before the breaker opened says nothing about now.
    if (permit === "normal" && this.#state !== "closed") return;
    this.#failures = 0;
    this.#change("closed");
  }

  /** @returns whether this failure opened the breaker */
  fail(permit: Permit): boolean {
    if (permit === "probe") {
      this.#change("open");
      return true;
    }
    if (this.#state !== "closed" || ++this.#failures < this.#options.threshold) return false;
    this.#lastProbeAt = this.#options.now();
    this.#change("open");
    return true;
  }

  #change(state: BreakerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onChange?.(state);
  }
}
