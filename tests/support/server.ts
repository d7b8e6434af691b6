import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverArguments } from "../../scripts/server-command.mjs";

export interface SiteOptions {
  /** Added to the environment, after everything else. */
  env?: Record<string, string>;
  /** Without one the site uses its embedded database, in a directory of its own. */
  databaseUrl?: string;
  /** Program and arguments. Default: the production build. */
  command?: readonly [string, ...string[]];
  /** Folder to run in. Default: the project's. */
  cwd?: string;
  /** Another user to run as, which takes a test run by root. */
  user?: { uid: number; gid: number };
  /** Milliseconds until the site must be ready. Default 60,000. */
  startLimitMs?: number;
}

export interface RunningSite {
  /** Origin without a trailing slash. */
  url: string;
  /**
   * Stops the site and deletes its data directory.
   *
   * @returns its exit code; null when it had to be killed
   */
  stop(): Promise<number | null>;
  readonly pid: number;
  /** Everything it has printed so far. */
  output(): string;
}

/** The site exited, or did not become ready in time. The message holds what it printed. */
export class SiteStartError extends Error {
  readonly code = "SITE_START_FAILED";
  override readonly name = "SiteStartError";
}

const STOP_LIMIT_MS = 10_000;

/** The line that says the site is ready. What follows the port proves that all its digits have arrived. */
const READY = /(http:\/\/localhost:[1-9]\d*)[^\d]/;

/**
 * What would change the tests if it came from the developer's shell or from `.env`. Blank is the same
 * as not set, and keeps a variable from being read from `.env`.
 */
const NEUTRAL = {
  EMBEDDED: "",
  DATABASE_POOL_MAX: "",
  REDIS_URL: "",
  NEXT_DEPLOYMENT_ID: "",
  AUTO_UPDATE_SECRET_KEY: "",
  SITE_URL: "",
  TRUSTED_PROXIES: "",
  WEB_CONCURRENCY: "",
  DEBUG: "",
  MARKET_STALE_SECONDS: "",
};

/**
 * Starts the site as in production, on a free port, and waits until it says that it is ready.
 *
 * @throws {SiteStartError}
 */
export async function startSite(options: SiteOptions = {}): Promise<RunningSite> {
  const [program, ...args] = options.command ?? [process.execPath, ...serverArguments];
  const dataDirectory = await mkdtemp(join(tmpdir(), "web-server-report-data-"));
  const site = spawn(program, args, {
    env: siteEnvironment(options, dataDirectory),
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...options.user,
  });
  const killWithUs = () => site.kill("SIGKILL");
  process.once("exit", killWithUs);

  const stop = async (): Promise<number | null> => {
    await terminate(site);
    process.off("exit", killWithUs);
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
    return site.exitCode;
  };

  let output = "";
  const ready = new Promise<string>((resolve, reject) => {
    const fail = (reason: string) => reject(new SiteStartError(`The site ${reason}:\n${output}`));
    const collect = (text: string) => {
      output += text;
      const url = READY.exec(output)?.[1];
      if (url) resolve(url);
    };
    site.stdout.setEncoding("utf8").on("data", collect);
    site.stderr.setEncoding("utf8").on("data", collect);
    site.once("error", (error) => fail(`could not be started (${error.message})`));
    site.once("close", (code, signal) => fail(`stopped with ${signal ?? `code ${code}`}`));
    const limitMs = options.startLimitMs ?? 60_000;
    setTimeout(() => fail(`was not ready after ${limitMs} ms`), limitMs).unref();
  });
  try {
    return {
      url: await ready,
      stop,
      pid: site.pid ?? 0,
      output: () => output,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function siteEnvironment(options: SiteOptions, dataDirectory: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...NEUTRAL,
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: "0",
    DATA_DIR: dataDirectory,
    DATABASE_URL: options.databaseUrl ?? "",
    ...options.env,
  };
}

async function terminate(site: ChildProcess): Promise<void> {
  const neverStarted = site.pid === undefined;
  if (neverStarted || site.exitCode !== null || site.signalCode !== null) return;
  const stopped = once(site, "exit");
  const limit = setTimeout(() => site.kill("SIGKILL"), STOP_LIMIT_MS);
  site.kill("SIGTERM");
  await stopped;
  clearTimeout(limit);
}
