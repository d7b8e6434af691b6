// @ts-check
// `npm test`: everything CI runs, in order, with what the tests run against found or installed first.
// `node scripts/test.mjs unit|integration|e2e [arguments]` runs one kind of test; the arguments go to
// the runner. The last line says how much passed and failed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkSteps } from "./test/check-steps.mjs";
import { provideChromium } from "./test/chromium.mjs";
import { runCommand } from "./test/command.mjs";
import { providePostgres } from "./test/postgres.mjs";
import { provideRedis } from "./test/redis.mjs";
import { countPlaywright, countVitest, readCount, summaryLine, total } from "./test/results.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const inCi = process.env.CI === "true";
const limitMs = 20 * 60_000;

/** @typedef {import("./test/results.mjs").Count} Count */

const reports = mkdtempSync(join(tmpdir(), "web-server-report-results-"));
const interruption = new AbortController();
/** @type {Awaited<ReturnType<typeof providePostgres>> | undefined} */
let database;
/** @type {ReturnType<typeof provideRedis> | undefined} */
let redis;
/** @type {Count[]} */
const counts = [];

/** @param {string} title */
function heading(title) {
  console.log(`\n== ${title} ==`);
}

/**
 * Runs something that counts, says how long it took, and goes on when it throws.
 *
 * @param {string} name
 * @param {() => Promise<Count>} work
 * @returns {Promise<boolean>} whether nothing failed
 */
async function counted(name, work) {
  if (interruption.signal.aborted) return false;
  const startedAt = performance.now();
  /** @type {Count} */
  let count;
  try {
    count = await work();
  } catch (error) {
    count = broken(error);
  }
  counts.push(count);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
  console.log(`${name}: ${summaryLine(count)}${skipped} (${seconds} s)`);
  return count.failed.length === 0;
}

/**
 * @param {unknown} error
 * @returns {Count}
 */
function broken(error) {
  return { passed: 0, failed: [error instanceof Error ? error.message : String(error)], skipped: 0 };
}

/**
 * @param {string | readonly string[]} command
 * @param {NodeJS.ProcessEnv} [extraEnv]
 */
function run(command, extraEnv) {
  const path = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, NEXT_TELEMETRY_DISABLED: "1", ...extraEnv };
  return runCommand(command, { env, signal: interruption.signal, limitMs });
}

/** @param {string} commandLine */
function step(commandLine) {
  return counted(commandLine, async () => {
    const succeeded = await run(commandLine);
    return succeeded ? { passed: 1, failed: [], skipped: 0 } : broken(`${commandLine} failed`);
  });
}

/**
 * @param {"unit" | "integration"} kind what the names of its projects begin with
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function vitest(kind, args, env) {
  const report = join(reports, `${kind}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const runner = [process.execPath, "node_modules/vitest/vitest.mjs", "run", "--project", `${kind}*`];
  return readCount(report, await run([...runner, ...reporters, ...args], env), countVitest);
}

/** What integration and browser tests run against. */
async function services() {
  database ??= await providePostgres();
  redis ??= provideRedis();
  return { TEST_POSTGRES_URL: database.url, REDIS_SERVER_PATH: redis.path };
}

/** @param {readonly string[]} [args] */
function unit(args = []) {
  return counted("Unit tests", () => vitest("unit", args));
}

/** @param {readonly string[]} [args] */
function integration(args = []) {
  heading("Integration tests");
  return counted("Integration tests", async () => vitest("integration", args, await services()));
}

/** @param {readonly string[]} [args] */
function endToEnd(args = []) {
  heading("End-to-end tests");
  return counted("End-to-end tests", async () => {
    const report = join(reports, "e2e.json");
    const runner = [process.execPath, "node_modules/@playwright/test/cli.js", "test", "--reporter=list,json"];
    const succeeded = await run([...runner, ...args], {
      CHROMIUM_PATH: provideChromium().path,
      ...(await services()),
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    });
    return readCount(report, succeeded, countPlaywright);
  });
}

async function everything() {
  heading("Check");
  for (const line of checkSteps(join(root, "package.json"))) await step(line);
  await unit();
  heading("Build");
  const built = await step("npm run build");
  await integration();
  if (built) return endToEnd();
  heading("End-to-end tests");
  return counted("End-to-end tests", () => Promise.reject(new Error("Not run: the build failed")));
}

const phases = new Map([
  ["unit", unit],
  ["integration", integration],
  ["e2e", endToEnd],
]);

async function main() {
  const [only, ...args] = process.argv.slice(2);
  const phase = only === undefined ? everything : phases.get(only);
  if (!phase) throw new Error(`unknown phase ${only}: ${[...phases.keys()].join(", ")} or none for all`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => interruption.abort());
  process.chdir(root);
  await phase(args);
}

try {
  await main();
} catch (error) {
  counts.push(broken(error));
} finally {
  await database?.stop();
  rmSync(reports, { recursive: true, force: true });
}
if (interruption.signal.aborted) counts.push(broken("Interrupted"));
const result = total(counts, { skippedFail: inCi });
if (result.skipped > 0) console.log(`\n${result.skipped} skipped`);
// Again and last, since who reads only the end of a long log must not search for them.
for (const text of result.failed) console.log(`\nFailed: ${text}`);
console.log(`\n${summaryLine(result)}`);
process.exitCode = result.failed.length === 0 && result.passed > 0 ? 0 : 1;
