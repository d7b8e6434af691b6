import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import type { LoadReport } from "../fixtures/cache-process";
import { compileFixture } from "./compile-fixture";

export interface CacheProcess {
  readonly pid: number;
  /** @returns the values of all calls */
  load(order: { calls: number; part: string; loadMs: number; value: string }): Promise<readonly string[]>;
  /** Stands still until `resume`. */
  pause(): void;
  resume(): void;
  kill(): void;
}

let compiled: Promise<string> | undefined;

/** Starts a process with a cache of its own on that Redis; ended with the test. */
export async function startCacheProcess(url: string): Promise<CacheProcess> {
  compiled ??= compileFixture("cache-process");
  const child = fork(await compiled, [url], { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  let orders = 0;
  return {
    pid: child.pid ?? 0,
    async load(order) {
      const id = ++orders;
      const report = reportOf(child, id);
      child.send({ id, ...order });
      return (await report).values;
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    kill: () => void child.kill("SIGKILL"),
  };
}

async function reportOf(child: ChildProcess, id: number): Promise<LoadReport> {
  for (;;) {
    const [report] = (await once(child, "message")) as [LoadReport];
    if (report.id === id) return report;
  }
}
