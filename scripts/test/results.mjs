// @ts-check
import { existsSync, readFileSync } from "node:fs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * The part of Vitest's JSON report (Jest's format) that is read here.
 *
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults one a file
 */

/**
 * The part of Playwright's JSON report that is read here.
 *
 * @typedef {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} PlaywrightReport
 */

/**
 * A file that could not be loaded counts as one failed test: its tests were never counted.
 *
 * @param {VitestReport} report
 * @returns {Count}
 */
export function countVitest(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((result) => result.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {PlaywrightReport} report
 * @returns {Count}
 */
export function countPlaywright({ stats }) {
  // A test that passed only when repeated did not pass.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
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
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const result = count(JSON.parse(readFileSync(file, "utf8")));
  const ranNothing = result.passed + result.failed === 0;
  return result.failed === 0 && (!succeeded || ranNothing) ? { ...result, failed: 1 } : result;
}

/**
 * @param {readonly Count[]} counts
 * @param {{ skippedFail: boolean }} options whether a skipped test counts as failed
 * @returns {Count}
 */
export function total(counts, { skippedFail }) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) {
    sum.passed += count.passed;
    sum.failed += count.failed + (skippedFail ? count.skipped : 0);
    sum.skipped += skippedFail ? 0 : count.skipped;
  }
  return sum;
}

/**
 * @param {Count} count
 * @returns {string} the last line that a test run prints
 */
export function summaryLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
