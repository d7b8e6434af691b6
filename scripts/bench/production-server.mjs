// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serverArguments } from "../server-command.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const startLimitMs = 120_000;
const stopLimitMs = 20_000;

/** The site did not come up. The message holds what it printed. */
export class SiteStartError extends Error {
  code = "SITE_START_FAILED";
  /** @override */
  name = "SiteStartError";
}

/**
 * With the flags of `npm start`, so that the difference is the server's alone. "localhost" is what Next takes for
 * itself: with another name for the same address it would fetch each rewritten page from itself.
 */
const nextStart = [
  ...serverArguments.slice(0, -1),
  "node_modules/next/dist/bin/next",
  "start",
  "-H",
  "localhost",
  "-p",
  "0",
];

/**
 * What runs the build, the arguments of Node for it, and the line it prints when it answers.
 *
 * @satisfies {Record<string, { args: readonly string[], ready: RegExp }>}
 */
const SERVERS = {
  site: { args: serverArguments, ready: /ready at (http:\/\/localhost:\d+)\D/ },
  "next start": { args: nextStart, ready: /Local:\s+(http:\/\/localhost:\d+)\s.*Ready in/s },
  bare: { args: ["scripts/bench/bare-server.mjs"], ready: /ready at (http:\/\/localhost:\d+)\D/ },
};

/** @typedef {keyof typeof SERVERS} ServerKind */

/**
 * @typedef {object} ProductionServerOptions
 * @property {ServerKind} [kind] what runs the build; default `site`, as `npm start` does
 * @property {string} [databaseUrl]
 * @property {NodeJS.ProcessEnv} [env] added to the environment, after everything else
 * @property {readonly string[]} [nodeArguments] before all others
 * @property {import("./cores.mjs").Cores["forServer"]} [pin]
 * @property {(text: string) => void} [onOutput] hears what it prints to its standard output
 *
 * @typedef {object} ProductionServer
 * @property {string} url origin without a trailing slash
 * @property {number} pid
 * @property {() => Promise<void>} stop lets it finish
 */

/** What a developer's shell or `.env` may hold and a figure must not depend on. Blank is the same as not set. */
const NEUTRAL = {
  SITE_URL: "",
  REDIS_URL: "",
  NEXT_DEPLOYMENT_ID: "",
  DATABASE_POOL_MAX: "",
  AUTO_UPDATE_SECRET_KEY: "",
  TRUSTED_PROXIES: "",
  WEB_CONCURRENCY: "",
  DEBUG: "",
};

/**
 * Starts the production build on a free port of 127.0.0.1, and waits until it is ready.
 *
 * @param {ProductionServerOptions} options
 * @returns {Promise<ProductionServer>}
 * @throws {SiteStartError}
 */
export async function startProductionServer(options) {
  const { kind = "site", databaseUrl = "", env = {}, nodeArguments = [], pin } = options;
  const data = mkdtempSync(join(tmpdir(), "web-server-report-bench-"));
  /** @type {[string, ...string[]]} */
  const command = [process.execPath, ...nodeArguments, ...SERVERS[kind].args];
  const [program, ...args] = pin ? pin(command) : command;
  const server = spawn(program, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      ...NEUTRAL,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      HOST: "127.0.0.1",
      PORT: "0",
      DATABASE_URL: databaseUrl,
      DATA_DIR: data,
      ...env,
    },
  });
  if (options.onOutput) server.stdout?.setEncoding("utf8").on("data", options.onOutput);
  const stop = async () => {
    await terminate(server);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    const url = await readyUrl(server, SERVERS[kind].ready);
    return { url, pid: server.pid ?? Number.NaN, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {import("node:child_process").ChildProcess} server */
async function terminate(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const stopped = once(server, "close");
  const limit = setTimeout(() => server.kill("SIGKILL"), stopLimitMs);
  server.kill("SIGTERM");
  await stopped;
  clearTimeout(limit);
}

/**
 * @param {import("node:child_process").ChildProcess} server
 * @param {RegExp} ready
 * @returns {Promise<string>}
 */
function readyUrl(server, ready) {
  return new Promise((resolve, reject) => {
    let output = "";
    let isReady = false;
    const fail = (/** @type {string} */ reason) =>
      reject(new SiteStartError(`The site ${reason}:\n${output}`));
    server.stdout?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      // Read on when ready: a full pipe would block the server.
      if (isReady) return;
      output += text;
      const url = ready.exec(output)?.[1];
      if (url === undefined) return;
      isReady = true;
      resolve(url);
    });
    server.once("close", () => fail("stopped; run `npm run build` first"));
    setTimeout(() => fail(`was not ready after ${startLimitMs} ms`), startLimitMs).unref();
  });
}
