// @ts-check
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {Readonly<Record<string, string | undefined>>} Environment variables of a process */

/** Something the tests run against is neither installed nor installable. The message says what to do. */
export class MissingToolError extends Error {
  code = "MISSING_TOOL";
  /** @override */
  name = "MissingToolError";
}

/**
 * The first executable file with one of these names, trying each name in every directory before the next.
 *
 * @param {readonly string[]} names without `.exe`
 * @param {readonly string[]} directories
 * @returns {string | undefined} its path
 */
export function findExecutable(names, directories) {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return names
    .flatMap((name) => directories.map((directory) => join(directory, name + suffix)))
    .find(isExecutable);
}

/**
 * @param {Environment} env
 * @returns {string[]} the directories of `PATH`, in order
 */
export function pathDirectories(env) {
  return (env.PATH ?? env.Path ?? "").split(delimiter).filter((directory) => directory !== "");
}

/**
 * Directories `parent/<name>` whose name matches, the highest version first.
 *
 * @param {string} parent
 * @param {RegExp} name
 * @returns {string[]} empty when `parent` is missing
 */
export function versionedDirectories(parent, name) {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((entry) => name.test(entry))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((entry) => join(parent, entry));
}

/**
 * What an executable prints for `--version`. Proves that it starts at all: a package may install a
 * script that only says where to get the real program, and a download may lack shared libraries.
 *
 * @param {string} path
 * @returns {string | undefined} undefined when it does not run
 */
export function versionOf(path) {
  // On Windows a browser asked for its version opens a window instead of answering.
  if (process.platform === "win32") return existsSync(path) ? "version unknown" : undefined;
  const result = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 30_000 });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/**
 * Installs a Debian or Ubuntu package, if this is such a system and we are root.
 *
 * @param {string} name of the package
 * @returns {boolean} whether it is installed now
 */
export function installDebianPackage(name) {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return false;
  console.log(`Installing the Debian package ${name}`);
  return (
    runQuietly("apt-get", ["update", "-qq"]) &&
    runQuietly("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name])
  );
}

/**
 * Runs a program and shows only what it complains about.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, shell?: boolean }} [options]
 * @returns {boolean} whether it succeeded
 */
export function runQuietly(program, args, options = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const result = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"], env, ...options });
  return result.status === 0;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
