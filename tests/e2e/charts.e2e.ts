import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { cellsOf, coloursOn, drawCharts, figureOf, figures, picture } from "../support/e2e-charts";
import { scrollThrough, themeButton } from "../support/e2e-page";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

const MINUS = "\u2212";

test.describe("every chart is drawn when it comes near the screen", () => {
  for (const language of LANGUAGES) {
    for (const [id, count] of [
      [REPORTS.full, 7],
      [REPORTS.styled, 5],
      [REPORTS.buggy, 3],
    ] as const) {
      test(`${count} charts of report ${id} in ${language}`, async ({ page }) => {
        await page.goto(pathIn(language, `/crypto_report/${id}`));
        await expect(figures(page)).toHaveCount(count);
        await drawCharts(page);
        await expect(page.getByText(TEXTS[language].Chart.noData)).toHaveCount(id === REPORTS.buggy ? 1 : 0);
      });
    }
  }
});

test.describe("the numbers stand in a table", () => {
  test("in Vietnamese", async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.full}`);
    expect(await cellsOf(figureOf(page, "Sợ hãi"))).toEqual([
      ["Mục", "Giá trị"],
      ["Giá trị", "64"],
      ["Mức đánh giá", "Tham lam"],
      ["Khoảng giá trị", "0 – 100"],
      ["Sợ hãi tột độ", "0 – 25"],
      ["Sợ hãi", "25 – 45"],
      ["Trung lập", "45 – 55"],
      ["Tham lam", "55 – 75"],
      ["Tham lam tột độ", "75 – 100"],
    ]);
    expect(await cellsOf(figureOf(page, "Dòng tiền ròng ETF"))).toEqual([
      ["Mục", "Dòng tiền ròng (triệu USD)"],
      ["09/11", "$312,4M"],
      ["10/11", `${MINUS}$148,7M`],
      ["11/11", "$86,2M"],
      ["12/11", `${MINUS}$224,9M`],
      ["13/11", "$405,1M"],
      ["16/11", "$268,3M"],
      ["17/11", "$531,6M"],
    ]);
    expect((await cellsOf(figureOf(page, "Vốn hóa"))).slice(0, 3)).toEqual([
      ["Mục", "Giá trị", "Tỷ trọng"],
      ["Bitcoin", "57,4", "57,4%"],
      ["Ethereum", "12,5", "12,5%"],
    ]);
    const funding = await cellsOf(figureOf(page, "funding"));
    expect(funding).toHaveLength(15);
    expect(funding.slice(4, 7)).toEqual([
      ["4", "0,0047%"],
      ["5", `${MINUS}0,0012%`],
      ["6", `${MINUS}0,0028%`],
    ]);
    expect((await cellsOf(figureOf(page, "30 ngày"))).at(-1)).toEqual(["30", "$118.420"]);
  });

  test("in English", async ({ page }) => {
    await page.goto(`/en/crypto_report/${REPORTS.full}`);
    expect((await cellsOf(figureOf(page, "Fear & Greed"))).slice(0, 4)).toEqual([
      ["Item", "Value"],
      ["Value", "64"],
      ["Reading", "Greed"],
      ["Range", "0 – 100"],
    ]);
    expect((await cellsOf(figureOf(page, "Altcoin Season"))).slice(1, 3)).toEqual([
      ["Value", "37"],
      ["Reading", "Balanced"],
    ]);
    expect((await cellsOf(figureOf(page, "ETF Net Flows"))).slice(0, 3)).toEqual([
      ["Item", "Net flow (USD million)"],
      ["Nov 9", "$312.4M"],
      ["Nov 10", `${MINUS}$148.7M`],
    ]);
    expect((await cellsOf(figureOf(page, "Open Interest"))).slice(1)).toEqual([
      ["Binance", "29.4", "29.4%"],
      ["CME", "24.1", "24.1%"],
      ["Bybit", "18.2", "18.2%"],
      ["OKX", "12.7", "12.7%"],
      ["Other venues", "15.6", "15.6%"],
    ]);
    expect((await cellsOf(figureOf(page, "30-Day Price"))).at(-1)).toEqual(["30", "$118,420"]);
  });

  test('the gauge reads a text "62" as the number 62', async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.buggy}`);
    const gauge = figureOf(page, "Chỉ số tâm lý");
    expect((await cellsOf(gauge)).slice(1, 3)).toEqual([
      ["Giá trị", "62"],
      ["Mức đánh giá", "Căng thẳng"],
    ]);
    await expect(gauge.getByText("Căng thẳng").first()).toBeVisible();
  });
});

test("a chart drawn before its script went on forever is there, and the other host says it has no data", async ({
  page,
}) => {
  await page.goto(`/crypto_report/${REPORTS.endlessScript}`);
  await expect(figures(page)).toHaveCount(1);
  await drawCharts(page);
  expect((await cellsOf(figures(page)))[1]).toEqual(["Giá trị", "41"]);
  await expect(page.getByText(TEXTS.vi.Chart.noData)).toBeVisible();
});

test.describe("the drawing code", () => {
  /** Scripts of the page that contain Chart.js, by when they were asked for (ms after navigation). */
  async function chartScripts(page: Page): Promise<{ name: string; start: number; loaded: number }[]> {
    return page.evaluate(async () => {
      const scripts = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"));
      const [navigation] = performance.getEntriesByType("navigation");
      const loaded = navigation instanceof PerformanceNavigationTiming ? navigation.loadEventStart : 0;
      const found: { name: string; start: number; loaded: number }[] = [];
      for (const { name, startTime } of scripts) {
        const text = await (await fetch(name, { cache: "force-cache" })).text();
        if (text.includes("getDatasetMeta")) found.push({ name, start: startTime, loaded });
      }
      return found;
    });
  }

  for (const path of ["/crypto_reports_list", `/crypto_report/${REPORTS.vietnameseOnly}`]) {
    test(`is never asked for on ${path}, which has no chart`, async ({ page }) => {
      await page.goto(path);
      await scrollThrough(page);
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
      expect(await chartScripts(page)).toEqual([]);
    });
  }

  test("is asked for once, and not while the page loads, where no chart is near", async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.full}`);
    await expect(page.locator("canvas")).toHaveCount(0);
    await drawCharts(page);
    const scripts = await chartScripts(page);
    expect(scripts.length).toBeGreaterThan(0);
    expect(new Set(scripts.map(({ name }) => name)).size).toBe(scripts.length);
    for (const { start, loaded } of scripts) expect(start).toBeGreaterThanOrEqual(loaded);
  });
});

for (const viewport of [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
]) {
  test(`nothing moves while the page is read at ${viewport.width} px`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const id of [REPORTS.full, REPORTS.styled]) {
      await page.goto(`/crypto_report/${id}`);
      await scrollThrough(page);
      await drawCharts(page);
      const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
      expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThanOrEqual(0.02);
    }
  });
}

test("charts are drawn again in the colours of another theme", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  const canvas = figureOf(page, "30 ngày").locator("canvas");
  await figureOf(page, "30 ngày").scrollIntoViewIfNeeded();
  await expect.poll(() => coloursOn(canvas)).toBeGreaterThan(1);
  const light = await picture(canvas);
  await themeButton(page).click();
  await themeButton(page).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect.poll(() => picture(canvas)).not.toBe(light);
  await themeButton(page).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect.poll(() => picture(canvas)).toBe(light);
});

test("when the drawing code cannot be fetched, the numbers are shown", async ({ page, consoleMessages }) => {
  consoleMessages.allow(/ERR_FAILED|ChunkLoadError|Failed to load/);
  await page.route(/\.js(\?|$)/, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    if (text.includes("getDatasetMeta")) await route.abort();
    else await route.fulfill({ response });
  });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  const gauge = figureOf(page, "Sợ hãi");
  await gauge.scrollIntoViewIfNeeded();
  await expect(gauge.getByRole("cell", { name: "64", exact: true })).toBeInViewport();
  await expect(page.locator("canvas")).toHaveCount(0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
