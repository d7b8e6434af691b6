import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

interface Stop {
  /** Where it is: "skip", "header", "contents", "main", "report", "neighbours" or "footer". */
  place: string;
  name: string;
  /** Whether a reader can see that it has the focus, and see it at all. */
  visible: boolean;
}

/** Presses Tab until the focus leaves the page, and lists where it was. */
async function tabThrough(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body || element.hasAttribute("data-visited")) return null;
      element.setAttribute("data-visited", "");
      const { outlineStyle, outlineWidth, visibility } = getComputedStyle(element);
      const { width, height, top, bottom } = element.getBoundingClientRect();
      const place = [
        ["#site-contents", "contents"],
        ["#report-container", "report"],
        ["aside", "neighbours"],
        ["main", "main"],
        ["body > header", "header"],
        ["body > footer", "footer"],
      ].find(([selector]) => element.closest(selector ?? ""))?.[1];
      return {
        place: place ?? "skip",
        name: element.getAttribute("aria-label") ?? element.textContent ?? "",
        visible:
          outlineStyle !== "none" &&
          Number.parseFloat(outlineWidth) >= 2 &&
          visibility === "visible" &&
          width > 0 &&
          height > 0 &&
          bottom > 0 &&
          top < innerHeight,
      };
    });
    if (stop === null) return stops;
    stops.push(stop);
  }
}

function placesInOrder(stops: readonly Stop[]): string[] {
  return stops.map(({ place }) => place).filter((place, index, all) => place !== all[index - 1]);
}

test.use({ reducedMotion: "reduce" });

for (const language of LANGUAGES) {
  for (const path of ["/", "/crypto_report/1", "/crypto_reports_list?page=7"]) {
    test(`the first stop on ${pathIn(language, path)} skips to the content`, async ({ page }) => {
      await page.goto(pathIn(language, path));
      await page.keyboard.press("Tab");
      const skip = page.getByRole("link", { name: TEXTS[language].Site.skipToContent });
      await expect(skip).toBeFocused();
      await expect(skip).toBeInViewport({ ratio: 1 });
      await page.keyboard.press("Enter");
      await expect(page.getByRole("main")).toBeFocused();
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
    });
  }
}

test("on a wide screen Tab goes through header, report, contents, text, neighbours and footer", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  const stops = await tabThrough(page);
  expect(placesInOrder(stops)).toEqual([
    "skip",
    "header",
    "main",
    "contents",
    "report",
    "neighbours",
    "footer",
  ]);
  expect(stops.filter(({ visible }) => !visible)).toEqual([]);
  expect(stops.filter(({ place }) => place === "contents")).toHaveLength(13);
  // The containers of tables: where a table is wider than the screen, this is how it is scrolled.
  expect(stops.filter(({ place }) => place === "report")).toHaveLength(7);
  expect(stops.every(({ name }) => name.trim() !== "")).toBe(true);
});

test("on a phone Tab goes through header, report, its drawer's button, text, neighbours and footer", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  const stops = await tabThrough(page);
  expect(placesInOrder(stops)).toEqual(["skip", "header", "main", "report", "neighbours", "footer"]);
  expect(stops.filter(({ visible }) => !visible)).toEqual([]);
  expect(stops.some(({ name }) => name.includes(TEXTS.vi.Report.openContents))).toBe(true);
});

test("every stop of the home page, the list and the page for what is missing can be seen", async ({
  page,
  consoleMessages,
}) => {
  consoleMessages.allow(/status of 404/);
  for (const path of ["/", "/crypto_reports_list?page=7", "/nowhere"]) {
    await page.goto(path);
    const stops = await tabThrough(page);
    expect(placesInOrder(stops), path).toEqual(["skip", "header", "main", "footer"]);
    expect(
      stops.filter(({ visible }) => !visible),
      path,
    ).toEqual([]);
  }
});

test("the drawer opens, is walked through and closes without a pointer", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  const open = page.getByRole("button", { name: TEXTS.vi.Report.openContents });
  const drawer = page.locator("#site-contents");
  await open.focus();
  await page.keyboard.press("Enter");
  await expect(drawer).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: TEXTS.vi.Report.closeContents })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();
  await expect(open).toBeFocused();

  await page.keyboard.press("Space");
  for (let stop = 0; stop < 4; stop += 1) await page.keyboard.press("Tab");
  await expect(drawer.getByRole("link").nth(2)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(drawer).toBeHidden();
  await expect(page).toHaveURL(/#btc-technical-analysis$/);
  await expect(page.locator("#btc-technical-analysis > h2")).toBeInViewport();
});

test("a table that is wider than its place is scrolled with the arrow keys", async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 900 });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  const wide = page.getByRole("region", { name: "Hiệu suất 10 altcoin hàng đầu" });
  await wide.focus();
  expect(await wide.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => wide.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
});
