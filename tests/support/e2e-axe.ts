import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Gives a page `window.axe`. As a debugger does it: the page's own policy forbids a script that is not its own. */
export async function injectAxe(page: Page): Promise<void> {
  await page.evaluate(AXE);
}
