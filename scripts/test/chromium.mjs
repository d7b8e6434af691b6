// @ts-check
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import {
  findExecutable,
  installDebianPackage,
  MissingToolError,
  pathDirectories,
  runQuietly,
  versionOf,
} from "./executable.mjs";

/** @typedef {import("./executable.mjs").Environment} Environment */
/** @typedef {{ path: string, version: string }} Chromium */

const names = [
  // The engine without the windows around it: pages open in three quarters of the time.
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];

/** For a machine without a display, where root may be who runs it, and that is to ask for nothing by itself. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A browser that is already on this machine: the one `CHROMIUM_PATH` names, else an installed
 * Chromium, Chrome or Edge, else Playwright's own download.
 *
 * @param {Environment} [env]
 * @returns {Chromium | undefined}
 * @throws {MissingToolError} when `CHROMIUM_PATH` names no working browser
 */
export function findChromium(env = process.env) {
  const explicit = env.CHROMIUM_PATH;
  if (explicit) {
    const version = versionOf(explicit);
    if (version) return { path: explicit, version };
    const wrong = existsSync(explicit) ? "does not start" : "does not exist";
    throw new MissingToolError(`CHROMIUM_PATH is ${explicit}, which ${wrong}`);
  }
  return firstWorking(installedBrowsers(env)) ?? firstWorking(playwrightDownload());
}

/**
 * @param {readonly string[]} paths
 * @returns {Chromium | undefined}
 */
function firstWorking(paths) {
  for (const path of paths) {
    const version = versionOf(path);
    if (version) return { path, version };
  }
  return undefined;
}

/**
 * Finds a browser or installs one, and says which.
 *
 * @returns {Chromium}
 * @throws {MissingToolError}
 */
export function provideChromium() {
  const chromium = findChromium() ?? installChromium();
  console.log(`Chromium: ${chromium.version}, ${chromium.path}`);
  return chromium;
}

/** @returns {Chromium} */
function installChromium() {
  const steps = [
    () => installDebianPackage("chromium-headless-shell"),
    () => installDebianPackage("chromium"),
    installPlaywrightDownload,
  ];
  for (const install of steps) {
    const found = install() ? findChromium() : undefined;
    if (found) return found;
  }
  throw new MissingToolError(
    "No Chromium: install Chromium or Chrome, or run `npx playwright install --with-deps chromium`, " +
      "or set CHROMIUM_PATH to the browser's executable",
  );
}

function installPlaywrightDownload() {
  console.log("Installing Playwright's Chromium");
  const cli = createRequire(import.meta.url).resolve("@playwright/test/cli");
  return runQuietly(process.execPath, [cli, "install", "chromium"]);
}

/** @returns {string[]} */
function playwrightDownload() {
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  const path = chromium.executablePath();
  return existsSync(path) ? [path] : [];
}

/**
 * @param {Environment} env
 * @returns {string[]} paths, on macOS and Windows also outside `PATH`
 */
function installedBrowsers(env) {
  const onPath = names
    .map((name) => findExecutable([name], pathDirectories(env)))
    .filter((path) => path !== undefined);
  if (process.platform === "darwin") return [...onPath, ...macBrowsers()];
  if (process.platform === "win32") return [...onPath, ...windowsBrowsers(env)];
  return onPath;
}

/** @returns {string[]} */
function macBrowsers() {
  return ["/Applications", join(homedir(), "Applications")]
    .flatMap((folder) =>
      ["Chromium", "Google Chrome", "Microsoft Edge"].map((name) =>
        join(folder, `${name}.app`, "Contents", "MacOS", name),
      ),
    )
    .filter((path) => existsSync(path));
}

/**
 * @param {Environment} env
 * @returns {string[]}
 */
function windowsBrowsers(env) {
  return [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => [
      join(folder, "Chromium", "Application", "chrome.exe"),
      join(folder, "Google", "Chrome", "Application", "chrome.exe"),
      join(folder, "Microsoft", "Edge", "Application", "msedge.exe"),
    ])
    .filter((path) => existsSync(path));
}
