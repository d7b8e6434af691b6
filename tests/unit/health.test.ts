import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createHealthMonitor,
  type Finding,
  type HealthMonitor,
  type Probe,
} from "@/lib/observability/health";

let monitors: HealthMonitor[];
let findings: Record<string, Finding>;

beforeEach(() => {
  vi.useFakeTimers({
    now: new Date("2026-11-18T00:00:00Z"),
    toFake: ["Date", "performance", "setTimeout", "clearTimeout"],
  });
  for (const level of ["log", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  monitors = [];
  findings = { postgres: { status: "ok", latencyMs: 1.234 }, redis: { status: "ok" } };
});

afterEach(async () => {
  for (const monitor of monitors) await monitor.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function monitor(probes?: Record<string, Probe>) {
  const calls = { postgres: 0, redis: 0 };
  const probe = (name: "postgres" | "redis") => () => {
    calls[name]++;
    return findings[name] as Finding;
  };
  const created = createHealthMonitor({
    probes: probes ?? { postgres: probe("postgres"), redis: probe("redis") },
    essential: ["postgres"],
  });
  monitors.push(created);
  return { health: created, calls };
}

const statuses = (health: HealthMonitor) =>
  Object.values(health.current().dependencies).map(({ status }) => status);

describe("what is known", () => {
  test("before the first probe everything is unknown, and the site not ready", () => {
    const { health } = monitor();
    expect(health.current()).toMatchObject({ status: "unknown", ready: false, checkedAt: null });
    expect(statuses(health)).toEqual(["unknown", "unknown"]);
  });

  test("afterwards each dependency has status, latency and since when", async () => {
    const { health } = monitor();
    await health.start();
    expect(health.current()).toEqual({
      status: "ok",
      ready: true,
      checkedAt: new Date("2026-11-18T00:00:00Z"),
      dependencies: {
        postgres: { status: "ok", latencyMs: 1.23, since: new Date("2026-11-18T00:00:00Z") },
        redis: { status: "ok", latencyMs: null, since: new Date("2026-11-18T00:00:00Z") },
      },
    });
  });

  test.each([
    ["ok", "ok", "ok", true],
    ["ok", "off", "ok", true],
    ["ok", "degraded", "degraded", true],
    ["ok", "down", "degraded", true],
    ["degraded", "ok", "degraded", true],
    ["down", "ok", "down", false],
    ["down", "down", "down", false],
  ] as const)("Postgres %s and Redis %s make the site %s", async (postgres, redis, status, ready) => {
    findings = { postgres: { status: postgres }, redis: { status: redis } };
    const { health } = monitor();
    await health.start();
    expect(health.current()).toMatchObject({ status, ready });
  });

  test("since is when the status changed, and the message is the newest", async () => {
    const { health } = monitor();
    await health.start();
    await vi.advanceTimersByTimeAsync(10_000);
    findings.redis = { status: "down", message: "first" };
    await vi.advanceTimersByTimeAsync(2_000);
    findings.redis = { status: "down", message: "second" };
    await vi.advanceTimersByTimeAsync(6_000);
    const { redis } = health.current().dependencies;
    expect(redis).toEqual({
      status: "down",
      latencyMs: null,
      since: new Date("2026-11-18T00:00:12Z"),
      message: "second",
    });
    findings.redis = { status: "ok" };
    await vi.advanceTimersByTimeAsync(2_000);
    expect(health.current().dependencies.redis).not.toHaveProperty("message");
  });
});

describe("probes", () => {
  test("run on a timer: a flood of questions asks nobody", async () => {
    const { health, calls } = monitor();
    await health.start();
    for (let question = 0; question < 1_000; question++) health.current();
    expect(calls).toEqual({ postgres: 1, redis: 1 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(calls).toEqual({ postgres: 6, redis: 6 });
  });

  test("that throw have found the dependency down, and their text is not shown", async () => {
    const { health } = monitor({
      postgres: () => {
        throw new Error("password hunter2 at db.internal");
      },
      redis: () => Promise.reject(new Error("redis://:hunter2@h")),
    });
    await health.start();
    expect(health.current()).toMatchObject({ status: "down", ready: false });
    expect(JSON.stringify(health.current())).not.toMatch(/hunter2|internal/);
  });

  test("that never end are told to stop when their time is over, and are asked again", async () => {
    const aborted: boolean[] = [];
    const { health } = monitor({
      postgres: (signal) => {
        signal.addEventListener("abort", () => aborted.push(true));
        return new Promise<Finding>(() => {});
      },
    });
    const first = health.start();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(statuses(health)).toEqual(["unknown"]);
    await vi.advanceTimersByTimeAsync(1);
    await first;
    expect(health.current().dependencies.postgres).toMatchObject({
      status: "down",
      message: "no answer in time",
    });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(aborted).toEqual([true, true]);
  });

  test("that are late once leave the site ready, since it may be busy itself; twice is no accident", async () => {
    let answers = true;
    const { health } = monitor({
      postgres: () => (answers ? { status: "ok" } : new Promise<Finding>(() => {})),
    });
    await health.start();
    answers = false;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(health.current()).toMatchObject({
      status: "degraded",
      ready: true,
      dependencies: { postgres: { status: "degraded", message: "no answer in time" } },
    });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(health.current()).toMatchObject({ status: "down", ready: false });
    answers = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(health.current()).toMatchObject({ status: "ok", ready: true });
  });

  test("until each was asked once, nothing is known", async () => {
    const { health } = monitor({
      postgres: () => ({ status: "ok" }),
      redis: () => new Promise<Finding>(() => {}),
    });
    void health.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(statuses(health)).toEqual(["unknown", "unknown"]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(statuses(health)).toEqual(["ok", "down"]);
  });

  test("what was found too long ago is unknown again", async () => {
    let elapsed = 0;
    const health = createHealthMonitor({
      probes: { postgres: () => ({ status: "ok" }) },
      essential: ["postgres"],
      elapsed: () => elapsed,
    });
    monitors.push(health);
    await health.start();
    elapsed = 12_000;
    expect(health.current()).toMatchObject({ status: "ok", ready: true });
    elapsed = 12_001;
    expect(health.current()).toMatchObject({ status: "unknown", ready: false });
  });

  test("after close nothing is asked, and a probe that runs is not waited for", async () => {
    const { health, calls } = monitor();
    await health.start();
    await health.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual({ postgres: 1, redis: 1 });

    const { health: hanging } = monitor({ postgres: () => new Promise<Finding>(() => {}) });
    void hanging.start();
    await hanging.close();
    expect(statuses(hanging)).toEqual(["unknown"]);
  });
});

test("a change is one line in the log, a state that lasts none", async () => {
  const { health } = monitor();
  await health.start();
  const lines = () => [...vi.mocked(console.log).mock.calls, ...vi.mocked(console.error).mock.calls].length;
  expect(lines()).toBe(0);
  findings.redis = { status: "down", message: "cannot be reached" };
  await vi.advanceTimersByTimeAsync(20_000);
  expect(String(vi.mocked(console.error).mock.calls)).toContain("cannot be reached");
  expect(lines()).toBe(1);
  findings.redis = { status: "ok" };
  await vi.advanceTimersByTimeAsync(20_000);
  expect(lines()).toBe(2);
});
