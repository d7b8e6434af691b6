import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { Arrivals } from "@/lib/http/arrivals";

test("nobody waits before a connection has come, and after a turn that brought none", async () => {
  const arrivals = new Arrivals();
  expect(arrivals.underWay).toBeUndefined();
  arrivals.note();
  await arrivals.underWay;
  expect(arrivals.underWay).toBeUndefined();
});

test("all connections in a row are waited for together", async () => {
  const arrivals = new Arrivals(Number.POSITIVE_INFINITY);
  arrivals.note();
  const { underWay } = arrivals;
  for (let turn = 0; turn < 10; turn++) {
    await nextTurn();
    expect(arrivals.underWay).toBe(underWay);
    arrivals.note();
  }
  await underWay;
});

test("but no longer than the limit, however many come", async () => {
  let now = 1_000;
  const arrivals = new Arrivals(20, () => now);
  arrivals.note();
  const { underWay } = arrivals;
  let isOver = false;
  void underWay?.then(() => {
    isOver = true;
  });
  while (!isOver) {
    arrivals.note();
    now += 1;
    await nextTurn();
  }
  expect(now).toBeLessThanOrEqual(1_022);
});
