import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SOURCES } from "../../scripts/build-id.mjs";

const COPIED = [
  // A lock file would make Next take the copy for the whole project, and look for packages in it.
  ...SOURCES.filter((source) => source !== "package-lock.json"),
  "package.json",
  // Named by their path; all other packages are found in the folders above.
  "node_modules/@fontsource",
  "node_modules/@fontsource-variable",
];

/** A copy of the sources inside the project: the build that other tests run against stays as it is. */
async function copySources(): Promise<string> {
  await mkdir(".cache", { recursive: true });
  const folder = await mkdtemp(join(".cache", "build-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const source of COPIED) await cp(source, join(folder, source), { recursive: true });
  return folder;
}

/** Counts who connects; answers nothing. */
async function countConnections(): Promise<{ port: number; count: () => number }> {
  let count = 0;
  const server = createServer((socket) => {
    count++;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

async function run(cwd: string, env: Record<string, string>, ...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, "close");
  expect({ code, output }).toEqual({ code: 0, output });
}

test("`next build` with REDIS_URL set opens no Redis connection", { timeout: 480_000 }, async () => {
  const folder = await copySources();
  const redis = await countConnections();
  const env = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };

  await run(folder, env, "scripts/build-entries.mjs");
  await run(folder, env, resolve("node_modules/next/dist/bin/next"), "build");

  expect(redis.count()).toBe(0);
  // What was built has the cache handler, and what the build rendered went through it.
  const manifest = JSON.parse(await readFile(join(folder, ".next/required-server-files.json"), "utf8"));
  expect(manifest.config.cacheHandler).toMatch(/cache-handler\.js$/);
});
