import type { Locator } from "@playwright/test";
import { coin, expect, numbersIn, openLive, test } from "../support/e2e-market";
import { LANGUAGES, TEXTS } from "../support/e2e-texts";

type Box = NonNullable<Awaited<ReturnType<Locator["boundingBox"]>>>;

// They share a stream.
test.describe.configure({ mode: "default" });

for (const language of LANGUAGES) {
  const { Market } = TEXTS[language];
  const local = (text: string) => numbersIn(language, text);

  test(`the chart of Bitcoin is drawn, told in words, and has its ranges under the keyboard, in ${language}`, async ({
    page,
    live,
  }) => {
    // Of all that the tests publish on this stream, the lowest and the highest.
    const [lowest, highest] = language === "vi" ? [900.25, 100_000.25] : [800.25, 200_000.25];
    await live.publish({ btc_price_usd: lowest });
    await live.publish();
    await openLive(page, "/", language);
    const chart = page.getByRole("region", { name: Market.chartTitle });
    await chart.scrollIntoViewIfNeeded();
    const line = chart.locator("[data-plot]");
    await expect(line).toBeVisible();
    await expect(chart).toContainText(local(`$${lowest}`));
    const all = chart.getByRole("button", { name: Market.rangeAll });
    await chart.getByRole("button", { name: Market.rangeHour }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect(all).toHaveAttribute("aria-pressed", "true");
    await live.publish({ btc_price_usd: highest });
    const peak = local(`$${highest.toLocaleString("en-US")}`);
    await expect(chart).toContainText(peak);
    // The last point is the highest, at the right end of the line.
    await expect(chart.getByText(peak, { exact: true })).toHaveCount(0);
    const { x, y, width, height } = (await chart.locator("svg").boundingBox()) as Box;
    await page.mouse.move(x + width - 1, y + height / 2);
    await expect(chart.getByText(peak, { exact: true })).toBeVisible();
    await page.mouse.move(0, 0);
    await expect(chart.getByText(peak, { exact: true })).toHaveCount(0);
  });
}

test("prices that come while the history is on its way are in the chart", async ({ page, live }) => {
  const chart = page.getByRole("region", { name: TEXTS.en.Market.chartTitle });
  await page.route("**/api/crypto/history?*", async (route) => {
    const response = await route.fetch();
    for (const price of [300_000.25, 91_234.5]) {
      await live.publish({ btc_price_usd: price });
      await expect(coin(page, "btc").locator("[data-price]")).toContainText(
        price.toLocaleString("en-US", { minimumFractionDigits: 2 }),
      );
    }
    await expect(chart).toContainText(TEXTS.en.Market.chartLoading);
    await route.fulfill({ response });
  });
  await openLive(page, "/", "en");
  await chart.scrollIntoViewIfNeeded();
  await expect(chart).toContainText("highest $300,000.25");
});

test("the line grows with each price, and a pointer finds the newest one", async ({ page, live }) => {
  await page.route("**/api/crypto/history?*", async (route) => {
    const end = Date.now() - 2_000;
    const points = Array.from({ length: 720 }, (_, index) => [
      end - 5_000 * (719 - index),
      91_000 + 10 * (index % 50),
    ]);
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), points } });
  });
  await openLive(page, "/", "en");
  const chart = page.getByRole("region", { name: TEXTS.en.Market.chartTitle });
  await chart.scrollIntoViewIfNeeded();
  const growing = chart.locator("polyline").last();
  const { x, y, width, height } = (await chart.locator("[data-plot]").boundingBox()) as Box;
  for (const price of [91_100.25, 91_300.25, 91_200.25]) {
    const before = await growing.getAttribute("points");
    await live.publish({ btc_price_usd: price });
    await expect(growing).not.toHaveAttribute("points", before ?? "");
    await page.mouse.move(x + width - 0.1, y + height / 2);
    await expect(chart.getByText(`$${price.toLocaleString("en-US")}`, { exact: true })).toBeVisible();
    await page.mouse.move(0, 0);
    await expect(chart.locator("strong")).toHaveCount(0);
  }
});

test("small lines rest where they have no room, and have what came meanwhile once they do", async ({
  page,
  live,
}) => {
  await page.setViewportSize({ width: 390, height: 900 });
  await openLive(page, "/", "en");
  const row = coin(page, "sol");
  const picture = row.locator("td[aria-hidden] svg");
  await expect(picture).toBeHidden();
  const before = await picture.innerHTML();
  for (const price of [400_000, 500_000]) {
    await live.publish({ sol_price_usd: price });
    await expect(row.locator("[data-price]")).toHaveText(`$${price.toLocaleString("en-US")}.00`);
  }
  expect(await picture.innerHTML()).toBe(before);

  await page.setViewportSize({ width: 1_440, height: 900 });
  await row.scrollIntoViewIfNeeded();
  // To the right end, as high as it goes.
  await expect(picture.locator("polyline")).toHaveAttribute("points", / 1000 20$/);
});
