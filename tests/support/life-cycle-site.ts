import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { onTestFinished, vi } from "vitest";
import type { LifeCycleOptions } from "../fixtures/life-cycle-site";
import { compileFixture } from "./compile-fixture";

export interface LifeCycleSite {
  readonly pid: number;
  readonly url: string;
  /** Ids of the processes that serve, in the order of their start. */
  workers(): number[];
  /** Waits until that many lines of what the processes print match. @returns those lines */
  lines(pattern: RegExp, count?: number): Promise<string[]>;
  output(): string;
  /** Sends a signal to all processes, as a terminal does. */
  signalGroup(signal: NodeJS.Signals): void;
  /** How the first process ended. Resolves when no process is left. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

let compiled: Promise<string> | undefined;

/** Starts tests/fixtures/life-cycle-site.ts; ended with the test. */
export async function launchLifeCycleSite(
  workers: number,
  given: Partial<LifeCycleOptions> = {},
): Promise<Omit<LifeCycleSite, "url">> {
  compiled ??= compileFixture("life-cycle-site");
  const program = await compiled;
  const options: LifeCycleOptions = { workers, port: 0, drainLimitMs: 8_000, ...given };
  // A group of its own, so that a signal can be sent to all of it, and only to it.
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const pid = child.pid ?? 0;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  // Every process holds the pipes: they are closed when the last has ended.
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal);
    } catch {
      // None is left.
    }
  };
  onTestFinished(async () => {
    signalGroup("SIGKILL");
    await ended;
  });
  const matches = (pattern: RegExp) => output.split("\n").filter((line) => pattern.test(line));
  return {
    pid,
    workers: () => matches(/ is ready$/).map((line) => Number.parseInt(line, 10)),
    lines: (pattern, count = 1) =>
      vi.waitUntil(() => matches(pattern).length >= count && matches(pattern), { timeout: 20_000 }),
    output: () => output,
    signalGroup,
    ended,
  };
}

/** The same, when it serves. */
export async function startLifeCycleSite(
  workers: number,
  options?: Partial<LifeCycleOptions>,
): Promise<LifeCycleSite> {
  const site = await launchLifeCycleSite(workers, options);
  const [line = ""] = await site.lines(/ serves /);
  return { ...site, url: line.split(" serves ")[1] ?? "" };
}

/** A client that keeps its one connection, as browsers and proxies do. */
export function createClient(): (url: string) => Promise<IncomingMessage> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return async (url) => {
    const [response] = await once(get(url, { agent }), "response");
    return response;
  };
}
