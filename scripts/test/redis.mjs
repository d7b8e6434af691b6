// @ts-check
import {
  findExecutable,
  installDebianPackage,
  MissingToolError,
  pathDirectories,
  versionOf,
} from "./executable.mjs";

/** @typedef {import("./executable.mjs").Environment} Environment */
/** @typedef {{ path: string, version: string }} RedisBinary */

/** Where packages and Homebrew put it when `PATH` does not say so. */
const usualDirectories = [
  "/usr/bin",
  "/usr/local/bin",
  "/opt/homebrew/bin",
  "/home/linuxbrew/.linuxbrew/bin",
];

/**
 * The Redis server that tests start: the one `REDIS_SERVER_PATH` names, else one that is installed, else
 * Debian's package, installed now. Says which.
 *
 * @param {Environment} [env]
 * @returns {RedisBinary}
 * @throws {MissingToolError}
 */
export function provideRedis(env = process.env) {
  const found = findRedis(env) ?? installRedis(env);
  console.log(`Redis: ${found.version}, ${found.path}`);
  return found;
}

/**
 * @param {Environment} [env]
 * @param {readonly string[]} [directories] where to look beside `PATH`
 * @returns {RedisBinary | undefined}
 * @throws {MissingToolError} when `REDIS_SERVER_PATH` names something that does not run
 */
export function findRedis(env = process.env, directories = usualDirectories) {
  const explicit = env.REDIS_SERVER_PATH;
  if (explicit) {
    const version = versionOf(explicit);
    if (!version) throw new MissingToolError(`REDIS_SERVER_PATH names ${explicit}, which does not run`);
    return { path: explicit, version: shorten(version) };
  }
  for (const directory of [...pathDirectories(env), ...directories]) {
    const path = findExecutable(["redis-server", "valkey-server"], [directory]);
    const version = path && versionOf(path);
    if (path && version) return { path, version: shorten(version) };
  }
  return undefined;
}

/**
 * @param {Environment} env
 * @returns {RedisBinary}
 */
function installRedis(env) {
  const found = installDebianPackage("redis-server") ? findRedis(env) : undefined;
  if (found) return found;
  throw new MissingToolError(
    "No Redis: install the Redis server (`redis-server` on PATH), or set REDIS_SERVER_PATH to it",
  );
}

/**
 * @param {string} version such as `Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 …`
 */
function shorten(version) {
  const number = /\bv=(\S+)/.exec(version)?.[1];
  return number ? `Redis ${number}` : version;
}
