// @ts-check
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "./free-port.mjs";

const startAttempts = 5;
const stopLimitMs = 10_000;

/** UTF-8, so that upper and lower case work beyond ASCII. */
const locales = new Map([
  ["linux", "C.UTF-8"],
  ["darwin", "en_US.UTF-8"],
]);

/** @typedef {{ uid?: number, gid?: number }} Identity who runs the server; empty is ourselves */

/** A Postgres server of our own did not come up. The message holds what it printed. */
export class ClusterStartError extends Error {
  code = "CLUSTER_START_FAILED";
  /** @override */
  name = "ClusterStartError";
}

/**
 * @typedef {object} Cluster
 * @property {string} url
 * @property {() => Promise<void>} halt ends it at once, as `pg_ctl -m immediate` does: its connections with it
 * @property {() => Promise<void>} restart after `halt`: it recovers, and answers on the same port
 * @property {() => Promise<void>} stop also deletes its directory
 */

/**
 * Starts an empty Postgres cluster in a temporary directory, on a free port of 127.0.0.1, with the
 * superuser `postgres` and no password. It trades durability for speed.
 *
 * @param {string} bin directory with initdb and postgres
 * @returns {Promise<Cluster>}
 * @throws {ClusterStartError}
 */
export async function startCluster(bin) {
  const directory = mkdtempSync(join(tmpdir(), "web-server-report-postgres-"));
  try {
    const identity = serverIdentity();
    if (identity.uid !== undefined && identity.gid !== undefined)
      chownSync(directory, identity.uid, identity.gid);
    const readableBin = ensureReadable(bin, directory, identity);
    initialise(readableBin, directory, identity);
    let { server, port } = await startOnFreePort(readableBin, directory, identity);
    return {
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      halt: () => endServer(server, "SIGQUIT"),
      restart: async () => {
        const started = await launch(readableBin, directory, identity, port);
        if (!isRunning(started.server)) {
          throw new ClusterStartError(`postgres did not start again:\n${started.output}`);
        }
        server = started.server;
      },
      stop: async () => {
        // SIGINT is Postgres's "fast" shutdown: it does not wait for clients to leave.
        await endServer(server, "SIGINT");
        rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

/**
 * Postgres refuses to run as root, and it must find its user in the password database.
 *
 * @returns {Identity}
 */
function serverIdentity() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => {
      const result = spawnSync("id", [flag, name], { encoding: "utf8" });
      return result.status === 0 ? Number(result.stdout) : undefined;
    });
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new ClusterStartError("Postgres does not run as root, and there is no user postgres or nobody");
}

/**
 * The user we run the server as may not be allowed to read the directory of this checkout.
 *
 * @param {string} bin
 * @param {string} directory
 * @param {Identity} identity
 * @returns {string} `bin`, or that of a copy
 */
function ensureReadable(bin, directory, identity) {
  const probe = spawnSync(join(bin, "initdb"), ["--version"], { cwd: directory, ...identity });
  if (probe.status === 0) return bin;
  const copy = join(directory, "software");
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

/**
 * @param {string} bin
 * @param {string} directory
 * @param {Identity} identity
 */
function initialise(bin, directory, identity) {
  const args = ["-D", join(directory, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"];
  // Messages stay English: they are read below.
  const locale = locales.get(process.platform) ?? "C";
  const result = spawnSync(join(bin, "initdb"), [...args, `--locale=${locale}`, "--lc-messages=C"], {
    cwd: directory,
    encoding: "utf8",
    ...identity,
  });
  if (result.status !== 0)
    throw new ClusterStartError(`initdb failed: ${result.error?.message ?? result.stderr}`);
}

/**
 * @param {string} bin
 * @param {string} directory
 * @param {Identity} identity
 * @returns {Promise<{ server: import("node:child_process").ChildProcess, port: number }>}
 */
async function startOnFreePort(bin, directory, identity) {
  let output = "";
  for (let attempt = 1; attempt <= startAttempts; attempt++) {
    const port = await freePort();
    const started = await launch(bin, directory, identity, port);
    if (isRunning(started.server)) return { server: started.server, port };
    output = started.output;
    // Another process may have taken the port between our asking for it and our using it.
    if (!/could not bind/.test(output)) break;
  }
  throw new ClusterStartError(`postgres did not start:\n${output}`);
}

/**
 * @param {string} bin
 * @param {string} directory
 * @param {Identity} identity
 * @param {number} port
 * @returns {Promise<{ server: import("node:child_process").ChildProcess, output: string }>} ready, or ended
 */
async function launch(bin, directory, identity, port) {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(bin, "postgres"), ["-D", join(directory, "data"), "-p", `${port}`, ...args], {
    cwd: directory,
    stdio: ["ignore", "ignore", "pipe"],
    // Its own process group: an interrupt in the terminal reaches the tests first, the database last.
    detached: process.platform !== "win32",
    ...identity,
  });
  return { server, output: await readUntilReady(server) };
}

/**
 * @param {import("node:child_process").ChildProcess} server
 * @returns {Promise<string>} what it printed until it was ready or had exited
 */
async function readUntilReady(server) {
  let output = "";
  const ready = new Promise((resolve) => {
    server.stderr?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      // Read on when ready: a full pipe would block the server.
      if (output.length < 100_000) output += text;
      if (output.includes("database system is ready to accept connections")) resolve(undefined);
    });
  });
  await Promise.race([ready, once(server, "close")]);
  return output;
}

/**
 * @param {import("node:child_process").ChildProcess} server
 * @param {NodeJS.Signals} signal
 */
async function endServer(server, signal) {
  if (!isRunning(server)) return;
  const stopped = once(server, "exit");
  const limit = setTimeout(() => server.kill("SIGKILL"), stopLimitMs);
  server.kill(signal);
  await stopped;
  clearTimeout(limit);
}

/** @param {import("node:child_process").ChildProcess} process */
function isRunning(process) {
  return process.exitCode === null && process.signalCode === null;
}
