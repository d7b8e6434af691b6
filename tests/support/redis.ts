import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** A client of its own, closed by `stop`. */
  connect(): Redis;
  /** Accepts connections and answers nothing until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it at once, and what it holds with it. */
  kill(): Promise<void>;
  /** After `kill`: an empty server on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const START_ATTEMPTS = 5;

/** Starts a Redis server of its own on a free port, in a temporary folder, without persistence. */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<TestRedis> {
  const binary = process.env.REDIS_SERVER_PATH ?? "redis-server";
  const directory = await mkdtemp(join(tmpdir(), "web-server-report-redis-"));
  const clients = new Set<Redis>();
  let port = 0;
  let server: ChildProcess | undefined;

  const launch = async (onPort: number): Promise<boolean> => {
    const options = { bind: "127.0.0.1", save: "", appendonly: "no", dir: directory, ...settings };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(binary, ["--port", String(onPort), ...args], { stdio: ["ignore", "pipe", "inherit"] });
    const ready = new Promise<boolean>((resolve, reject) => {
      let output = "";
      child.on("error", reject);
      child.on("exit", () => resolve(false));
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output = (output + text).slice(-10_000);
        if (output.includes("Ready to accept connections")) resolve(true);
      });
    });
    if (!(await ready)) return false;
    server = child;
    return true;
  };

  const end = async (signal: NodeJS.Signals) => {
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };

  for (let attempt = 1; server === undefined; attempt++) {
    // Another process may take the port between our asking for it and our using it.
    if (attempt > START_ATTEMPTS) throw new Error(`${binary} did not start: is it installed?`);
    port = await freePort();
    await launch(port);
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    connect() {
      const client = new Redis(port, "127.0.0.1");
      client.on("error", () => {});
      clients.add(client);
      return client;
    },
    pause: () => void server?.kill("SIGSTOP"),
    resume: () => void server?.kill("SIGCONT"),
    kill: () => end("SIGKILL"),
    async restart() {
      const startedAgain = await launch(port);
      if (!startedAgain) throw new Error(`Redis did not start again on port ${port}`);
    },
    async stop() {
      for (const client of clients) client.disconnect();
      await end("SIGKILL");
      await rm(directory, { recursive: true, force: true });
    },
  };
}


async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}
