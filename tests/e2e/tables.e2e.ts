import { expect, test } from "../support/e2e";
import { drawCharts } from "../support/e2e-charts";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn } from "../support/e2e-texts";

const TABLES = [
  [REPORTS.full, 7],
  [REPORTS.styled, 4],
  [REPORTS.vietnameseOnly, 1],
] as const;

test.describe("at 390 px a row is a card", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const language of LANGUAGES) {
    for (const [id, count] of TABLES) {
      test(`report ${id} in ${language}: each cell shows its label`, async ({ page }) => {
        await page.goto(pathIn(language, `/crypto_report/${id}`));
        await expect(page.locator(".crypto-table")).toHaveCount(count);
        const cells = await page.locator(".crypto-table tbody td").evaluateAll((all) =>
          all.map((cell) => ({
            shown: getComputedStyle(cell, "::before").content.replace(/^"|"$/g, ""),
            label: cell.getAttribute("data-label"),
            right: cell.getBoundingClientRect().right,
          })),
        );
        expect(cells.length).toBeGreaterThan(20);
        for (const { shown, label, right } of cells) {
          expect(label).toBeTruthy();
          expect(shown).toBe(label);
          expect(right).toBeLessThanOrEqual(390);
        }
        const [first, second] = await page.locator(".crypto-table tbody tr").first().locator("td").all();
        const [above, below] = [await first?.boundingBox(), await second?.boundingBox()];
        expect(below?.y).toBeGreaterThanOrEqual((above?.y ?? 0) + (above?.height ?? 0) - 1);
      });
    }
  }
});

test.describe("at 1440 px a table is a table", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  for (const [id, count] of TABLES) {
    test(`report ${id}: cells stand in columns under their headers`, async ({ page }) => {
      await page.goto(`/crypto_report/${id}`);
      await expect(page.locator(".crypto-table")).toHaveCount(count);
      for (const table of await page.locator(".crypto-table").all()) {
        await expect(table.locator("thead th").first()).toBeVisible();
        const columns = await table.evaluate((element) => {
          const left = (cell: Element) => Math.round(cell.getBoundingClientRect().left);
          return [...element.querySelectorAll("tr")].map((row) => [...row.children].map(left).join(" "));
        });
        expect(new Set(columns).size).toBe(1);
        const label = await table
          .locator("td")
          .first()
          .evaluate((cell) => getComputedStyle(cell, "::before").content);
        expect(label).toBe("none");
      }
    });
  }
});

const PATHS = [
  "/",
  "/crypto_reports_list",
  "/crypto_reports_list?page=7",
  "/nowhere",
  ...Object.values(REPORTS).map((id) => `/crypto_report/${id}`),
];

for (const language of LANGUAGES) {
  test(`no page in ${language} can be scrolled sideways, from 320 to 1440 px`, async ({
    page,
    consoleMessages,
  }) => {
    consoleMessages.allow(/status of 404/);
    for (const path of PATHS) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(pathIn(language, path));
      if (path === `/crypto_report/${REPORTS.full}`) await drawCharts(page);
      for (const width of [1440, 820, 390, 320]) {
        await page.setViewportSize({ width, height: 900 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${path} at ${width} px`).toBeLessThanOrEqual(0);
      }
    }
  });
}
