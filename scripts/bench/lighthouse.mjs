// @ts-check
// Lighthouse with its defaults, a slow phone on a slow network: `node scripts/bench/lighthouse.mjs`.
// Prints a table for docs/performance.md, and what kept a page from a full score. Needs the network:
// npx fetches Lighthouse.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { CHROMIUM_FLAGS, provideChromium } from "../test/chromium.mjs";
import { fixtureRows, machine, startFixtureSite } from "./fixture-site.mjs";
import { launchBrowser, weighPage } from "./page-weight.mjs";

/** The last line of versions that runs on Node 20. */
const VERSION = "12.8.2";
const RUNS = 5;
const PAGES = [
  ["home", "/"],
  ["report 01-daily-full", "/crypto_report/1"],
  ["list", "/crypto_reports_list"],
];

/** How long other programs may keep the processors busy before a run, in milliseconds. */
const QUIET_LIMIT_MS = 300_000;

const START_FLAGS = ["--headless=new", ...CHROMIUM_FLAGS, "--remote-debugging-port=0"];

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

/**
 * The part of Lighthouse's result that is read here.
 *
 * @typedef {{ id: string, title: string, score: number | null, numericValue?: number, displayValue?: string, details?: { items?: unknown[] } }} Audit
 * @typedef {{ score: number, auditRefs: { id: string, weight: number }[] }} Category
 * @typedef {{ categories: Record<string, Category>, audits: Record<string, Audit> }} Result
 */

/**
 * One browser for all runs. Lighthouse can start its own each time, but then measures with it how a browser
 * without a graphics processor starts: its first picture comes a second late, or not, by chance.
 *
 * @param {string} chrome
 * @param {string} folder
 * @returns {Promise<{ port: string, stop(): Promise<void> }>}
 */
async function startChromium(chrome, folder) {
  const flags = [...START_FLAGS, `--user-data-dir=${join(folder, "profile")}`, "about:blank"];
  const browser = spawn(chrome, flags, { stdio: ["ignore", "ignore", "pipe"] });
  const stop = async () => {
    const stopped = once(browser, "exit");
    browser.kill();
    await stopped;
  };
  for await (const line of createInterface({ input: browser.stderr })) {
    const [, port] = /^DevTools listening on ws:.*:(\d+)\//.exec(line) ?? [];
    if (port === undefined) continue;
    browser.stderr.resume();
    return { port, stop };
  }
  throw new Error(`${chrome} ended before it could be used`);
}

/** Waits until the machine has been idle for two seconds: the browser and the server need both processors. */
async function quiet() {
  const busy = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0);
  const deadline = Date.now() + QUIET_LIMIT_MS;
  while (Date.now() < deadline) {
    const before = busy();
    await sleep(2_000);
    if (busy() - before < 200) return;
  }
  console.warn("The machine is busy with something else: these figures are worse than the site.");
}

/**
 * @param {string} url
 * @param {string} port of the browser
 * @param {string} folder
 * @returns {Promise<Result>}
 */
async function runLighthouse(url, port, folder) {
  await quiet();
  const file = join(folder, "result.json");
  const args = ["--yes", `lighthouse@${VERSION}`, url, "--quiet", "--output=json", `--output-path=${file}`];
  const { status, stderr } = spawnSync("npx", [...args, `--port=${port}`], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Lighthouse failed on ${url}:\n${stderr}`);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * Scores and times in the order of the table's columns.
 *
 * @param {readonly Result[]} results
 */
function figures(results) {
  const score = (/** @type {string} */ name) =>
    Math.round(100 * median(results.map(({ categories }) => categories[name]?.score ?? Number.NaN)));
  const value = (/** @type {string} */ name) =>
    median(results.map(({ audits }) => audits[name]?.numericValue ?? Number.NaN));
  return [
    ...CATEGORIES.map(score),
    `${(value("largest-contentful-paint") / 1000).toFixed(2)} s`,
    `${Math.round(value("total-blocking-time"))} ms`,
    value("cumulative-layout-shift").toFixed(3),
  ];
}

/**
 * Prints the audits that cost a page points, with what they name.
 *
 * @param {Result} result
 */
function printLosses({ categories, audits }) {
  for (const name of CATEGORIES) {
    for (const { id, weight } of categories[name]?.auditRefs ?? []) {
      const audit = audits[id];
      if (!audit || weight === 0 || audit.score === null || audit.score >= 0.9) continue;
      console.log(`  ${name}: ${id} ${audit.score} ${audit.displayValue ?? ""} – ${audit.title}`);
      for (const item of (audit.details?.items ?? []).slice(0, 5))
        console.log(`    ${JSON.stringify(item).slice(0, 600)}`);
    }
  }
}

async function main() {
  const chrome = provideChromium();
  const site = await startFixtureSite(fixtureRows());
  const browser = await launchBrowser();
  const folder = mkdtempSync(join(tmpdir(), "lighthouse-"));
  const chromium = await startChromium(chrome.path, folder);
  try {
    console.log(
      `\nLighthouse ${VERSION}, mobile defaults, median of ${RUNS} runs, ${chrome.version}, ${machine()}\n`,
    );
    console.log(
      "| page | performance | accessibility | best practices | SEO | LCP | TBT | CLS | first-load JS, gzip -9 |",
    );
    console.log("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    /** @type {[string, Result][]} */
    const last = [];
    for (const [name = "", path = ""] of PAGES) {
      const { scripts } = await weighPage(browser, site.url + path);
      /** @type {Result[]} */
      const results = [];
      for (let run = 0; run < RUNS; run++)
        results.push(await runLighthouse(site.url + path, chromium.port, folder));
      console.log(`| ${[name, ...figures(results), `${(scripts / 1024).toFixed(1)} KB`].join(" | ")} |`);
      last.push([name, /** @type {Result} */ (results.at(-1))]);
    }
    console.log("\nWhat cost points in the last run:");
    for (const [name, result] of last) {
      console.log(name);
      printLosses(result);
    }
  } finally {
    await chromium.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    await browser.close();
    await site.stop();
  }
}

await main();
