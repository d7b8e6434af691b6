import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WorkersKilledError } from "@/lib/errors";
import { shareOf } from "@/lib/process/share";
import { type Exit, type Supervisor, supervise, type WorkerProcess } from "@/lib/process/supervisor";

const URL = "http://localhost:8000";

interface FakeWorker extends WorkerProcess {
  readonly signals: NodeJS.Signals[];
  tell(message: unknown): void;
  exit(how: Partial<Exit>): void;
}

let forked: FakeWorker[];
let logged: string[];
let forkFails: Error | undefined;
const onReady = vi.fn();
const onFailure = vi.fn();

function fork(): FakeWorker {
  if (forkFails) throw forkFails;
  const signals: NodeJS.Signals[] = [];
  let onMessage = (_message: unknown) => {};
  let onExit = (_exit: Exit) => {};
  const worker: FakeWorker = {
    pid: 100 + forked.length,
    signals,
    kill: (signal) => void signals.push(signal),
    onMessage(listener) {
      onMessage = listener;
    },
    onExit(listener) {
      onExit = listener;
    },
    tell: (message) => onMessage(message),
    exit: ({ code = null, signal = null }) => onExit({ code, signal }),
  };
  forked.push(worker);
  return worker;
}

/** The worker that was forked as number `index`, from 0. */
function worker(index: number): FakeWorker {
  const found = forked[index];
  if (!found) throw new Error(`worker ${index} was not forked`);
  return found;
}

function start(workers: number): Supervisor {
  return supervise({ workers, fork, onReady, onFailure });
}

function serving(workers: number): Supervisor {
  const supervisor = start(workers);
  for (const each of forked) each.tell({ type: "ready", url: URL });
  return supervisor;
}

beforeEach(() => {
  vi.useFakeTimers();
  forked = [];
  logged = [];
  forkFails = undefined;
  vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.resetAllMocks();
});

describe("the start", () => {
  test("is told once, when all are ready", () => {
    start(3);
    expect(forked).toHaveLength(3);
    worker(0).tell({ type: "ready", url: URL });
    worker(0).tell({ type: "ready", url: URL });
    worker(2).tell({ type: "ready", url: URL });
    for (const other of [null, "ready", { type: "ready" }, { type: "metrics:offer" }]) worker(1).tell(other);
    expect(onReady).not.toHaveBeenCalled();
    worker(1).tell({ type: "ready", url: URL });
    worker(1).tell({ type: "ready", url: URL });
    expect(onReady.mock.calls).toEqual([[URL]]);
  });

  test("fails with the first reason, once, when the others have ended", async () => {
    start(3);
    worker(1).tell({ type: "failed", reason: "Port 8000 is in use" });
    worker(0).tell({ type: "failed", reason: "Port 8000 is in use, too" });
    worker(1).exit({ code: 1 });
    worker(0).exit({ code: 1 });
    await vi.advanceTimersByTimeAsync(0);
    expect(worker(2).signals).toEqual(["SIGTERM"]);
    expect(onFailure).not.toHaveBeenCalled();
    worker(2).exit({ signal: "SIGTERM" });
    await vi.advanceTimersByTimeAsync(0);
    expect(onFailure.mock.calls).toEqual([["Port 8000 is in use"]]);
    expect(logged).toEqual([]);
    expect(onReady).not.toHaveBeenCalled();
  });

  test.each([
    [{ code: 7 }, "exit code 7"],
    [{ signal: "SIGKILL" as const }, "SIGKILL"],
  ])("fails when a worker ends without a word (%j)", async (exit, reason) => {
    start(1);
    worker(0).exit(exit);
    await vi.advanceTimersByTimeAsync(0);
    expect(onFailure.mock.calls).toEqual([[`a worker ended while it started (${reason})`]]);
  });

  test("waits for a replacement when a worker ends that was ready", async () => {
    const supervisor = start(2);
    worker(0).tell({ type: "ready", url: URL });
    worker(0).exit({ signal: "SIGKILL" });
    worker(1).tell({ type: "ready", url: URL });
    expect(onReady).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    worker(2).tell({ type: "ready", url: URL });
    expect(onReady).toHaveBeenCalledOnce();
    expect(onFailure).not.toHaveBeenCalled();
    expect(supervisor).toBeDefined();
  });
});

describe("a worker that ends", () => {
  test("is replaced after a second, and that is one line in the log", async () => {
    serving(2);
    worker(1).exit({ signal: "SIGKILL" });
    await vi.advanceTimersByTimeAsync(999);
    expect(forked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(forked).toHaveLength(3);
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? "")).toMatchObject({
      level: "warn",
      pid: 101,
      signal: "SIGKILL",
      inMs: 1_000,
    });
    worker(2).tell({ type: "ready", url: URL });
    expect(onReady).toHaveBeenCalledOnce();
  });

  test("again and again is replaced later and later, half a minute at most", async () => {
    serving(1);
    const delays: number[] = [];
    for (let round = 0; round < 7; round++) {
      worker(round).tell({ type: "failed", reason: "the database is away" });
      worker(round).exit({ code: 1 });
      const before = Date.now();
      await vi.advanceTimersToNextTimerAsync();
      delays.push((Date.now() - before) / 1_000);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(logged).toHaveLength(7);
    expect(logged[6]).toContain("the database is away");
    expect(onFailure).not.toHaveBeenCalled();
  });

  test("is soon replaced again when it had lived for a minute", async () => {
    serving(1);
    worker(0).exit({ code: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    worker(1).exit({ code: 1 });
    await vi.advanceTimersByTimeAsync(2_000);
    await vi.advanceTimersByTimeAsync(60_000);
    worker(2).exit({ code: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(forked).toHaveLength(4);
  });

  test("does not make the others wait: each place has its own delay", async () => {
    serving(2);
    worker(0).exit({ code: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    worker(2).exit({ code: 1 });
    worker(1).exit({ code: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(forked).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(forked).toHaveLength(5);
  });

  test("is replaced when the machine has room for a process again", async () => {
    serving(1);
    worker(0).exit({ signal: "SIGKILL" });
    forkFails = new Error("spawn ENOMEM");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(logged[1]).toContain("ENOMEM");
    forkFails = undefined;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(forked).toHaveLength(2);
  });
});

describe("the end", () => {
  test("is when all workers have ended, which are told once", async () => {
    const supervisor = serving(2);
    const ended = vi.fn();
    supervisor.stop().then(ended);
    supervisor.stop();
    expect(forked.map(({ signals }) => signals)).toEqual([["SIGTERM"], ["SIGTERM"]]);
    worker(0).exit({ code: 0 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(ended).not.toHaveBeenCalled();
    worker(1).exit({ code: 0 });
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toHaveBeenCalledOnce();
    expect(forked).toHaveLength(2);
    expect(logged).toEqual([]);
  });

  test("does not wait for a replacement", async () => {
    const supervisor = serving(1);
    worker(0).exit({ code: 1 });
    await supervisor.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(forked).toHaveLength(1);
  });

  test("comes within ten seconds: who has not ended is killed", async () => {
    const supervisor = serving(2);
    const ended = supervisor.stop();
    const outcome = expect(ended).rejects.toThrow(WorkersKilledError);
    worker(0).exit({ code: 0 });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(worker(1).signals).toEqual(["SIGTERM"]);
    await vi.advanceTimersByTimeAsync(999);
    expect(worker(1).signals).toEqual(["SIGTERM", "SIGKILL"]);
    worker(1).exit({ signal: "SIGKILL" });
    await outcome;
    expect(worker(0).signals).toEqual(["SIGTERM"]);
  });

  test("can be at once", () => {
    const supervisor = serving(2);
    void supervisor.stop();
    supervisor.kill();
    for (const { signals } of forked) expect(signals).toEqual(["SIGTERM", "SIGKILL"]);
    for (const each of forked) each.exit({ signal: "SIGKILL" });
  });

  test("of a site that is starting is no failure", async () => {
    const ended = start(2).stop();
    for (const each of forked) each.exit({ signal: "SIGTERM" });
    await ended;
    expect(onFailure).not.toHaveBeenCalled();
    expect(onReady).not.toHaveBeenCalled();
  });
});

test.each([
  [32, 1, 32],
  [32, 3, 10],
  [2, 4, 1],
])("of %i connections each of %i workers has %i", (total, workers, share) => {
  expect(shareOf(total, workers)).toBe(share);
});
