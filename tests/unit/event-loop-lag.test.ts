import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchEventLoopLag } from "@/lib/http/event-loop-lag";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** @param delays how late each tick of the timer is, in milliseconds */
function lagAfter(delays: readonly number[]): number {
  let time = 0;
  const lag = watchEventLoopLag({ now: () => time, intervalMs: 100 });
  for (const delay of delays) {
    time += 100 + delay;
    vi.advanceTimersByTime(100);
  }
  const recent = lag.recentMs();
  lag.close();
  expect(vi.getTimerCount()).toBe(0);
  return recent;
}

test.each([
  ["before anything was measured", [], 0],
  ["on time", [0, 1, 0, 2, 0], 0],
  ["one long piece of work", [0, 0, 0, 1_700, 0], 0],
  ["two of them", [0, 1_700, 0, 1_700, 0], 0],
  ["late again and again", [400, 350, 500, 0, 450], 400],
  ["late of late", [0, 0, 400, 400, 400], 400],
  ["over", [900, 900, 900, 900, 900, 0, 0, 0], 0],
  ["a clock that goes back", [-50, -50, -50, -50, -50], 0],
])("%s: %j is a lag of %i", (_name, delays, expected) => {
  expect(lagAfter(delays)).toBe(expected);
});
