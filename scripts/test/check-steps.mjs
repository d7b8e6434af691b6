// @ts-check
import { readFileSync } from "node:fs";

/**
 * The steps of `npm run check` but for the unit tests, which are counted one by one. Read from
 * package.json, so that the list is written once.
 *
 * @param {string | URL} packageFile
 * @returns {string[]} command lines
 */
export function checkSteps(packageFile) {
  const { scripts } = JSON.parse(readFileSync(packageFile, "utf8"));
  const check = scripts?.check;
  if (typeof check !== "string") throw new Error(`${packageFile} has no script named check`);
  /** @param {string} step what it runs, seen through `npm run` */
  const commandOf = (step) => scripts[/^npm run (\S+)$/.exec(step)?.[1] ?? ""] ?? step;
  return check
    .split("&&")
    .map((step) => step.trim())
    .filter((step) => !/^vitest\b/.test(commandOf(step)));
}
