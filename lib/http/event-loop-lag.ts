export interface EventLoopLag {
  /** How late timers usually are at present, in milliseconds. */
  recentMs(): number;
  close(): void;
}

export interface LagOptions {
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 100;
/** Odd, so that one of them is the middle. */
const SAMPLES = 5;

/**
 * Measures how late this process is with what it has to do. The median of the last few delays counts, so that
 * one long piece of work, which is over when anybody asks, is not taken for a process that cannot keep up;
 * the mean and the upper percentiles of `perf_hooks.monitorEventLoopDelay` would be that for a second.
 */
export function watchEventLoopLag({
  now = () => performance.now(),
  intervalMs = INTERVAL_MS,
}: LagOptions = {}) {
  const delays = Array.from({ length: SAMPLES }, () => 0);
  let next = 0;
  let expectedAt = now() + intervalMs;
  const timer = setInterval(() => {
    const at = now();
    delays[next] = Math.max(0, at - expectedAt);
    next = (next + 1) % SAMPLES;
    expectedAt = at + intervalMs;
  }, intervalMs).unref();

  const lag: EventLoopLag = {
    recentMs: () => delays.toSorted((a, b) => a - b)[(SAMPLES - 1) / 2] ?? 0,
    close: () => clearInterval(timer),
  };
  return lag;
}
