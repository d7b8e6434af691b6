import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { OverloadedError } from "@/lib/errors";
import { type AdmissionOptions, createAdmission, type Leave } from "@/lib/http/admission";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function admission(options: AdmissionOptions = {}) {
  const { enter, stats } = createAdmission({ maxRenders: 1, maxQueued: 2, maxWaitMs: 1_000, ...options });
  const entered: string[] = [];
  const leaves = new Map<string, Leave>();
  const failures = new Map<string, unknown>();
  /** Settles nothing by itself: who got in or was turned away is known when the microtasks are done. */
  const ask = async (name: string) => {
    const asked = enter().then(
      (leave) => {
        entered.push(name);
        leaves.set(name, leave);
      },
      (error: unknown) => void failures.set(name, error),
    );
    await Promise.race([asked, Promise.resolve().then(() => {})]);
  };
  const leave = async (name: string) => {
    leaves.get(name)?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { ask, leave, stats, entered, failures };
}

describe("places", () => {
  test("are given to as many as may render, then in the order of asking", async () => {
    const { ask, leave, entered, stats } = admission({ maxRenders: 2, maxQueued: 3 });
    for (const name of ["a", "b", "c", "d", "e"]) await ask(name);
    expect([entered, stats()]).toMatchObject([["a", "b"], { running: 2, queued: 3 }]);
    await leave("b");
    expect(entered).toEqual(["a", "b", "c"]);
    await leave("a");
    await leave("c");
    expect([entered, stats()]).toMatchObject([["a", "b", "c", "d", "e"], { running: 2, queued: 0 }]);
  });

  test("are given back once, however often that is said", async () => {
    const { ask, leave, entered, stats } = admission({ maxQueued: 3 });
    for (const name of ["a", "b", "c"]) await ask(name);
    await leave("a");
    await leave("a");
    expect([entered, stats()]).toMatchObject([["a", "b"], { running: 1, queued: 1 }]);
  });

  test("that are free are taken by whoever comes, after all have left", async () => {
    const { ask, leave, entered, stats } = admission();
    await ask("a");
    await leave("a");
    expect(stats()).toMatchObject({ running: 0, queued: 0 });
    await ask("b");
    expect(entered).toEqual(["a", "b"]);
  });
});

describe("who is turned away", () => {
  test("comes when the queue is full, and is told when to come again", async () => {
    const { ask, failures, stats } = admission();
    for (const name of ["a", "b", "c", "d"]) await ask(name);
    expect(failures.get("d")).toBeInstanceOf(OverloadedError);
    expect(failures.get("d")).toMatchObject({ code: "E_OVERLOADED", reason: "queue", retryAfterMs: 1_000 });
    expect(stats().shed).toEqual({ queue: 1, wait: 0, lag: 0 });
  });

  test("waited too long, and is in nobody's way then", async () => {
    const { ask, leave, entered, failures, stats } = admission();
    await ask("a");
    await ask("b");
    await vi.advanceTimersByTimeAsync(600);
    await ask("c");
    await vi.advanceTimersByTimeAsync(400);
    expect([...failures]).toMatchObject([["b", { code: "E_OVERLOADED", reason: "wait" }]]);
    await leave("a");
    expect([entered, stats()]).toEqual([
      ["a", "c"],
      { running: 1, queued: 0, shed: { queue: 0, wait: 1, lag: 0 } },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("comes while the process is late and another is in, even where places are free; who is in stays", async () => {
    let lag = 0;
    const { ask, leave, entered, failures, stats } = admission({ lagLimitMs: 300, lag: () => lag });
    await ask("a");
    await ask("b");
    lag = 301;
    await leave("a");
    await ask("c");
    expect(entered).toEqual(["a", "b"]);
    expect([...failures]).toMatchObject([["c", { code: "E_OVERLOADED", reason: "lag" }]]);
    expect(stats().shed).toEqual({ queue: 0, wait: 0, lag: 1 });
    await leave("b");
    lag = 300;
    await ask("d");
    expect(entered).toEqual(["a", "b", "d"]);
  });

  test("is let in however late the process is, where nobody else is in", async () => {
    const { ask, leave, entered, failures } = admission({ lagLimitMs: 300, lag: () => 10_000 });
    await ask("a");
    await ask("b");
    await leave("a");
    await ask("c");
    expect([entered, [...failures.keys()]]).toEqual([["a", "c"], ["b"]]);
  });
});
