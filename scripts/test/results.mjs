// @ts-check
import { existsSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** @typedef {{ passed: number, failed: readonly string[], skipped: number }} Count of each failed one, what it is and why */

/**
 * The part of Vitest's JSON report (Jest's format) that is read here.
 *
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {VitestFile[]} testResults
 *
 * @typedef {object} VitestFile
 * @property {string} name its path
 * @property {string} status
 * @property {string} [message] why it could not be loaded
 * @property {{ status: string, fullName: string, failureMessages?: readonly string[] | null }[]} assertionResults
 */

/**
 * The part of Playwright's JSON report that is read here.
 *
 * @typedef {object} PlaywrightReport
 * @property {{ expected: number, skipped: number }} stats
 * @property {readonly PlaywrightSuite[]} suites one a file
 *
 * @typedef {object} PlaywrightSuite
 * @property {readonly PlaywrightSuite[]} [suites]
 * @property {readonly PlaywrightSpec[]} specs
 *
 * @typedef {object} PlaywrightSpec
 * @property {string} file
 * @property {number} line
 * @property {string} title
 * @property {{ status: string, results: { error?: { message?: string } }[] }[]} tests
 */

/** Of the message of a failed test: enough to know what was found and what was expected. */
const MESSAGE_LINES = 12;

/**
 * @param {string} name
 * @param {string | undefined} message
 */
function failure(name, message) {
  const lines = stripVTControlCharacters(message ?? "")
    .trim()
    .split("\n");
  return [name, ...lines.slice(0, MESSAGE_LINES)].join("\n  ").trimEnd();
}

/**
 * A file that could not be loaded counts as one failed test: its tests were never counted.
 *
 * @param {VitestReport} report
 * @returns {Count}
 */
export function countVitest({ numPassedTests, numPendingTests, numTodoTests, testResults }) {
  const failed = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((result) => result.status === "failed");
    if (status === "failed" && tests.length === 0) return [failure(name, message)];
    return tests.map((test) => failure(`${name}: ${test.fullName}`, test.failureMessages?.[0]));
  });
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

/**
 * @param {PlaywrightReport} report
 * @returns {Count}
 */
export function countPlaywright({ stats, suites }) {
  const failed = specsOf(suites).flatMap(({ file, line, title, tests }) =>
    tests
      // A test that passed only when repeated did not pass.
      .filter(({ status }) => status === "unexpected" || status === "flaky")
      .map(({ results }) =>
        failure(`${file}:${line}: ${title}`, results.find(({ error }) => error)?.error?.message),
      ),
  );
  return { passed: stats.expected, failed, skipped: stats.skipped };
}

/**
 * @param {readonly PlaywrightSuite[]} suites
 * @returns {PlaywrightSpec[]}
 */
function specsOf(suites) {
  return suites.flatMap((suite) => [...suite.specs, ...specsOf(suite.suites ?? [])]);
}

/**
 * Reads a runner's report. A runner that failed without a failed test (a broken setup, an unhandled
 * error, no report), or that ran nothing, counts as one failed test.
 *
 * @template Report
 * @param {string} file
 * @param {boolean} succeeded whether the runner exited with 0
 * @param {(report: Report) => Count} count
 * @returns {Count}
 */
export function readCount(file, succeeded, count) {
  if (!existsSync(file)) return { passed: 0, failed: ["The runner wrote no report"], skipped: 0 };
  const result = count(JSON.parse(readFileSync(file, "utf8")));
  if (result.failed.length > 0) return result;
  if (!succeeded) return { ...result, failed: ["The runner failed, though none of its tests did"] };
  return result.passed === 0 ? { ...result, failed: ["No test ran"] } : result;
}

/**
 * @param {readonly Count[]} counts
 * @param {{ skippedFail: boolean }} options whether a skipped test counts as failed
 * @returns {Count}
 */
export function total(counts, { skippedFail }) {
  const skipped = counts.reduce((sum, count) => sum + count.skipped, 0);
  const failed = counts.flatMap((count) => count.failed);
  return {
    passed: counts.reduce((sum, count) => sum + count.passed, 0),
    failed: skippedFail ? [...failed, ...Array(skipped).fill("A test was skipped")] : failed,
    skipped: skippedFail ? 0 : skipped,
  };
}

/**
 * @param {Count} count
 * @returns {string} the last line that a test run prints
 */
export function summaryLine({ passed, failed }) {
  return `${passed} passed, ${failed.length} failed`;
}
