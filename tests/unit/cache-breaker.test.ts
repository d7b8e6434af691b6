import { beforeEach, describe, expect, test } from "vitest";
import { CircuitBreaker } from "@/lib/cache/circuit-breaker";
import { RefreshBackoff } from "@/lib/cache/refresh-backoff";

describe("the circuit breaker", () => {
  let time: number;
  let states: string[];
  let breaker: CircuitBreaker;

  beforeEach(() => {
    time = 0;
    states = [];
    breaker = new CircuitBreaker({
      threshold: 5,
      probeIntervalMs: 1_000,
      now: () => time,
      onChange: (state) => states.push(state),
    });
  });

  function failTimes(count: number): void {
    for (let index = 0; index < count; index++) {
      const permit = breaker.acquire();
      if (permit) breaker.fail(permit);
    }
  }

  test("opens after five failures in a row", () => {
    failTimes(4);
    expect(breaker.state).toBe("closed");
    failTimes(1);
    expect(breaker.state).toBe("open");
    expect(breaker.acquire()).toBeUndefined();
  });

  test("counts failures in a row only", () => {
    failTimes(4);
    breaker.succeed("normal");
    failTimes(4);
    expect(breaker.state).toBe("closed");
  });

  test("lets one probe through an interval, however many ask", () => {
    failTimes(5);
    time = 999;
    expect(breaker.acquire()).toBeUndefined();
    time = 1_000;
    expect(breaker.acquire()).toBe("probe");
    time = 5_000;
    expect(breaker.acquire()).toBeUndefined();
    breaker.fail("probe");
    expect(breaker.state).toBe("open");
    expect(breaker.acquire()).toBe("probe");
  });

  test("closes when a probe succeeds", () => {
    failTimes(5);
    time = 1_000;
    breaker.acquire();
    breaker.succeed("probe");
    expect(breaker.acquire()).toBe("normal");
    expect(states).toEqual(["open", "half-open", "closed"]);
  });

  test("does not close by what was sent before it opened", () => {
    failTimes(5);
    breaker.succeed("normal");
    expect(breaker.state).toBe("open");
  });
});

describe("the back-off of refreshes", () => {
  const uninvalidated = () => true;

  test("doubles from 1 s to 30 s, and ends with a success", () => {
    const backoff = new RefreshBackoff();
    const waits: number[] = [];
    let now = 0;
    for (let failure = 0; failure < 7; failure++) {
      backoff.fail("key", now, uninvalidated);
      const failedAt = now;
      while (!backoff.mayRefresh("key", now)) now += 500;
      waits.push(now - failedAt);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    backoff.clear("key");
    expect(backoff.mayRefresh("key", now)).toBe(true);
  });

  test("is not shortened by a refresh that is under way elsewhere, which is no failure", () => {
    const backoff = new RefreshBackoff();
    backoff.fail("key", 0, uninvalidated);
    backoff.holdOff("key", 0, 250);
    expect(backoff.mayRefresh("key", 999)).toBe(false);
    backoff.holdOff("other", 0, 250);
    expect(backoff.mayRefresh("other", 249)).toBe(false);
    expect(backoff.hasFailed("other", 249)).toBe(false);
  });

  test("remembers a bounded number of keys", () => {
    const backoff = new RefreshBackoff(2);
    for (const key of ["a", "b", "c"]) backoff.fail(key, 0, uninvalidated);
    expect(["a", "b", "c"].map((key) => backoff.mayRefresh(key, 0))).toEqual([true, false, false]);
  });
});
