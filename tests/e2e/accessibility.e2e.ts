import type { Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";
import { expect, test } from "../support/e2e";
import { injectAxe } from "../support/e2e-axe";
import { drawCharts } from "../support/e2e-charts";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

const OPTIONS: RunOptions = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
};

const PATHS = [
  "/",
  "/crypto_report/1",
  "/crypto_report/2",
  "/crypto_report/3",
  "/crypto_report/4",
  `/crypto_report/${REPORTS.hostile}`,
  `/crypto_report/${REPORTS.empty}`,
  "/crypto_reports_list",
  "/crypto_reports_list?page=3",
  "/nowhere",
];

/** One line for each element that breaks a rule: the rule, the element, what is wrong. */
async function violations(page: Page): Promise<string[]> {
  await injectAxe(page);
  const results = await page.evaluate(
    (options) => (window as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(options),
    OPTIONS,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} | ${target} | ${failureSummary?.replace(/\s+/g, " ")}`),
  );
}

test.use({ reducedMotion: "reduce" });

// The languages share their markup and styles: together they are read in all four settings.
const SETTINGS = {
  vi: [
    { width: 390, colorScheme: "light" },
    { width: 1440, colorScheme: "dark" },
  ],
  en: [
    { width: 390, colorScheme: "dark" },
    { width: 1440, colorScheme: "light" },
  ],
} as const;

for (const language of LANGUAGES) {
  for (const path of PATHS) {
    test(`${pathIn(language, path)} breaks no rule`, async ({ page, consoleMessages }) => {
      consoleMessages.allow(/status of 404/);
      for (const { width, colorScheme } of SETTINGS[language]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.goto(pathIn(language, path));
        await drawCharts(page);
        expect(await violations(page), `${width} px, ${colorScheme}`).toEqual([]);
      }
    });
  }
}

test("the open contents drawer breaks no rule", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  await page.getByRole("button", { name: TEXTS.vi.Report.openContents }).click();
  await expect(page.locator("#site-contents")).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test("controls of the site are large enough to be tapped", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  for (const control of await page.locator("header a, header button, article button:visible").all()) {
    const box = await control.boundingBox();
    expect(box?.height, (await control.textContent()) ?? "").toBeGreaterThanOrEqual(24);
    expect(box?.width).toBeGreaterThanOrEqual(24);
  }
});
