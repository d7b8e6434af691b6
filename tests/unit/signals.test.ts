import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stopOnSignals } from "@/lib/process/signals";

/** A process that does not end when it exits. */
function createProgram() {
  const program = Object.assign(new EventEmitter(), { exit: vi.fn() });
  return program as unknown as typeof program & Pick<NodeJS.Process, "on" | "exit">;
}

let logged: string[];

beforeEach(() => {
  vi.useFakeTimers();
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test.each(["SIGTERM", "SIGINT"])("%s stops, and exits with 0 after that", async (signal) => {
  const program = createProgram();
  let end = () => {};
  const stop = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
  stopOnSignals(stop, { program });
  program.emit(signal, signal);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stop.mock.calls).toEqual([[signal]]);
  expect(program.exit).not.toHaveBeenCalled();
  end();
  await vi.advanceTimersByTimeAsync(0);
  expect(program.exit.mock.calls).toEqual([[0]]);
});

test("what cannot be stopped is said, with exit code 1", async () => {
  const program = createProgram();
  stopOnSignals(() => Promise.reject(new Error("the pool does not close")), { program });
  program.emit("SIGTERM", "SIGTERM");
  await vi.advanceTimersByTimeAsync(0);
  expect(program.exit.mock.calls).toEqual([[1]]);
  expect(logged).toEqual([expect.stringContaining("the pool does not close")]);
});

test("stopping takes less than ten seconds, whatever hangs", async () => {
  const program = createProgram();
  stopOnSignals(() => new Promise(() => {}), { program });
  program.emit("SIGTERM", "SIGTERM");
  await vi.advanceTimersByTimeAsync(9_000);
  expect(program.exit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(999);
  expect(program.exit.mock.calls).toEqual([[1]]);
  expect(logged).toEqual([expect.stringContaining("took too long")]);
});

test("a second signal exits at once, with 1", () => {
  const program = createProgram();
  const again = vi.fn();
  stopOnSignals(() => new Promise(() => {}), { program, again });
  program.emit("SIGINT", "SIGINT");
  expect(program.exit).not.toHaveBeenCalled();
  program.emit("SIGTERM", "SIGTERM");
  expect(again).toHaveBeenCalledOnce();
  expect(program.exit.mock.calls).toEqual([[1]]);
});

test("a worker takes the signal of the terminal, that of its primary and the primary's end for one", () => {
  const program = createProgram();
  const stop = vi.fn(() => new Promise<void>(() => {}));
  const request = stopOnSignals(stop, { program, again: "ignore" });
  program.emit("SIGINT", "SIGINT");
  program.emit("SIGTERM", "SIGTERM");
  request("disconnect");
  expect(stop.mock.calls).toEqual([["SIGINT"]]);
  expect(program.exit).not.toHaveBeenCalled();
});
