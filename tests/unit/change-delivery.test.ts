import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EVERYTHING, type ReportChange } from "../../lib/reports/changes/change";
import { type ChangeDelivery, createDelivery } from "../../lib/reports/changes/delivery";

const changed = (...ids: number[]): ReportChange => ({ kind: "changed", ids });

/** A promise that the test settles. */
function createGate() {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, resolve: () => open() };
}

let delivered: ReportChange[];
let times: number[];
/** What the callback does; the tests replace it. */
let answer: () => Promise<void>;
let delivery: ChangeDelivery;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.spyOn(console, "error").mockImplementation(() => {});
  delivered = [];
  times = [];
  answer = async () => {};
  delivery = createDelivery({
    onChange(change) {
      delivered.push(change);
      times.push(Date.now());
      return answer();
    },
    now: Date.now,
    coalesce: 50,
    patience: 1_000,
    retry: { first: 100, most: 400 },
  });
});

afterEach(async () => {
  await delivery.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("a burst is one call", async () => {
  for (const id of [1, 2, 3, 2]) delivery.add(changed(id));
  await vi.advanceTimersByTimeAsync(49);
  expect(delivered).toEqual([]);
  delivery.add(changed(4));
  await vi.advanceTimersByTimeAsync(1);
  expect(delivered).toEqual([changed(1, 2, 3, 4)]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(delivered).toHaveLength(1);
});

test("a stream of changes is delivered every 50 ms, not put off until it ends", async () => {
  for (let id = 1; id <= 20; id++) {
    delivery.add(changed(id));
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(delivered.length).toBeGreaterThanOrEqual(3);
  expect(delivered.length).toBeLessThanOrEqual(4);
});

test("what comes while the callback runs is delivered after it, never beside it", async () => {
  const gate = createGate();
  answer = () => gate.promise;
  delivery.add(changed(1));
  await vi.advanceTimersByTimeAsync(50);
  delivery.add(changed(2));
  await vi.advanceTimersByTimeAsync(500);
  expect(delivered).toEqual([changed(1)]);
  gate.resolve();
  await vi.advanceTimersByTimeAsync(50);
  expect(delivered).toEqual([changed(1), changed(2)]);
});

test("what comes while a callback runs that then rejects is delivered with what that one had", async () => {
  const gate = createGate();
  answer = () => gate.promise.then(() => Promise.reject(new Error("the cache is gone")));
  delivery.add(changed(1));
  await vi.advanceTimersByTimeAsync(50);
  delivery.add(changed(2));
  gate.resolve();
  await vi.advanceTimersByTimeAsync(0);
  answer = async () => {};
  await vi.advanceTimersByTimeAsync(100);
  expect(delivered).toEqual([changed(1), changed(1, 2)]);
});

test("a callback that rejects is called again, with what came since, later and later", async () => {
  answer = () => Promise.reject(new Error("the cache is gone"));
  delivery.add(changed(1));
  await vi.advanceTimersByTimeAsync(50);
  expect(delivery.undeliveredSince()).toEqual(new Date(50));
  delivery.add(changed(2));
  await vi.advanceTimersByTimeAsync(100 + 200 + 400 + 400);
  expect(times).toEqual([50, 150, 350, 750, 1150]);
  expect(delivered.slice(1)).toEqual(Array.from({ length: 4 }, () => changed(1, 2)));

  answer = async () => {};
  await vi.advanceTimersByTimeAsync(400);
  expect(delivered).toHaveLength(6);
  expect(delivery.undeliveredSince()).toBeNull();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(delivered).toHaveLength(6);
});

test("a callback that throws outright is called again", async () => {
  answer = () => {
    answer = async () => {};
    throw new Error("not even a promise");
  };
  delivery.add(EVERYTHING);
  await vi.advanceTimersByTimeAsync(150);
  expect(delivered).toEqual([EVERYTHING, EVERYTHING]);
});

test("a callback that never ends counts as failed", async () => {
  answer = () => new Promise(() => {});
  delivery.add(changed(1));
  await vi.advanceTimersByTimeAsync(50 + 1_000 + 100 + 10);
  expect(delivered).toEqual([changed(1), changed(1)]);
  const closing = delivery.close();
  await vi.advanceTimersByTimeAsync(1_010);
  await closing;
});

test("closing waits for the callback that runs and drops the rest", async () => {
  const gate = createGate();
  answer = () => gate.promise;
  delivery.add(changed(1));
  await vi.advanceTimersByTimeAsync(50);
  delivery.add(changed(2));
  let closed = false;
  const closing = delivery.close().then(() => {
    closed = true;
  });
  await vi.advanceTimersByTimeAsync(100);
  expect(closed).toBe(false);
  gate.resolve();
  await closing;
  delivery.add(changed(3));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(delivered).toEqual([changed(1)]);
});
