// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.mjs";

const startAttempts = 5;

/** A Redis server of our own did not come up. The message holds what it printed. */
export class RedisStartError extends Error {
  code = "REDIS_START_FAILED";
  /** @override */
  name = "RedisStartError";
}

/**
 * @typedef {object} RedisServer
 * @property {string} url
 * @property {number} port
 * @property {() => void} pause it accepts connections and answers nothing until `resume`
 * @property {() => void} resume
 * @property {() => Promise<void>} kill ends it at once, and what it holds with it
 * @property {() => Promise<void>} restart after `kill`: an empty server on the same port
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a server in a temporary folder, on a free port of 127.0.0.1, without persistence.
 *
 * @param {string} binary
 * @param {Readonly<Record<string, string>>} [settings] as in redis.conf
 * @returns {Promise<RedisServer>}
 * @throws {RedisStartError}
 */
export async function startRedisServer(binary, settings = {}) {
  const directory = mkdtempSync(join(tmpdir(), "web-server-report-redis-"));
  const fixed = { bind: "127.0.0.1", save: "", appendonly: "no", dir: directory };
  const args = Object.entries({ ...fixed, ...settings }).flatMap(([name, value]) => [`--${name}`, value]);
  try {
    let { port, server } = await launchOnFreePort(binary, args);
    const kill = async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, "exit");
      server.kill("SIGKILL");
      await exited;
    };
    return {
      url: `redis://127.0.0.1:${port}`,
      port,
      pause: () => void server.kill("SIGSTOP"),
      resume: () => void server.kill("SIGCONT"),
      kill,
      restart: async () => {
        ({ port, server } = await launch(binary, args, port));
      },
      stop: async () => {
        await kill();
        rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

/**
 * @param {string} binary
 * @param {readonly string[]} args
 */
async function launchOnFreePort(binary, args) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(binary, args, await freePort());
    } catch (error) {
      // Another process may have taken the port between our asking for it and our using it.
      const taken = error instanceof RedisStartError && /Address already in use/.test(error.message);
      if (!taken || attempt === startAttempts) throw error;
    }
  }
}

/**
 * @param {string} binary
 * @param {readonly string[]} args
 * @param {number} port
 */
async function launch(binary, args, port) {
  const server = spawn(binary, ["--port", `${port}`, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  await new Promise((resolve, reject) => {
    server.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      output = (output + text).slice(-10_000);
      if (output.includes("Ready to accept connections")) resolve(undefined);
    });
    server.on("error", reject);
    server.on("close", () => reject(new RedisStartError(`${binary} did not start:\n${output}`)));
  });
  return { port, server };
}
