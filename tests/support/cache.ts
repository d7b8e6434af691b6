import type { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import {
  type CacheOptions,
  createTieredCache,
  defineKeys,
  defineTags,
  type TieredCache,
} from "../../lib/cache";
import { SCRIPTS } from "../../lib/cache/scripts";
import { startRedis, type TestRedis } from "./redis";

export const reportKey = defineKeys("report", 1);
export const reportTag = defineTags("report");

/** A server for one test. */
export async function openRedis(settings?: Record<string, string>): Promise<TestRedis> {
  const redis = await startRedis(settings);
  onTestFinished(() => redis.stop());
  return redis;
}

/** A started cache for one test. Closed before the servers that the test started earlier. */
export async function openCache(options: CacheOptions): Promise<TieredCache> {
  // A busy machine is no outage: tests of outages set limits of their own.
  const cache = createTieredCache({ deadlineMs: 2_000, connectWaitMs: 10_000, ...options });
  onTestFinished(() => cache.close());
  await cache.start();
  return cache;
}

/** A loader that ends when the test says so. */
export function controlledLoader<V>(): {
  load: () => Promise<V>;
  /** Resolves when the loader has been called. */
  started: Promise<void>;
  finish: (value: V) => void;
  fail: (error: Error) => void;
} {
  let start = () => {};
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  let finish: (value: V) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const result = new Promise<V>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  return {
    load: () => {
      start();
      return result;
    },
    started,
    finish,
    fail,
  };
}

/**
 * Records what the server is asked, from now on: names of scripts, and of other commands; what a script
 * does with `lua:` before it. `settled` waits until everything sent so far is recorded.
 */
export async function watchCommands(redis: TestRedis): Promise<{
  commands: string[];
  settled: () => Promise<void>;
  stop: () => void;
}> {
  const names = new Map<string, string>(Object.values(SCRIPTS).map(({ sha, name }) => [sha, name]));
  const commands: string[] = [];
  const client = redis.connect();
  const monitor = (await client.monitor()) as Redis;
  onTestFinished(() => monitor.disconnect());
  let marker: { text: string; seen: () => void } | undefined;
  monitor.on("monitor", (_time: string, args: string[], source: string) => {
    const [name = "", argument = ""] = args;
    if (name.toLowerCase() === "echo" && argument === marker?.text) {
      marker.seen();
      return;
    }
    const command = names.get(argument) ?? name.toLowerCase();
    commands.push(source === "lua" ? `lua:${name.toLowerCase()}` : command);
  });
  const asker = redis.connect();
  let count = 0;
  return {
    commands,
    async settled() {
      const text = `settled-${++count}`;
      const seen = new Promise<void>((resolve) => {
        marker = { text, seen: resolve };
      });
      await asker.echo(text);
      await seen;
    },
    stop: () => monitor.disconnect(),
  };
}
