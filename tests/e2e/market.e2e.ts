import type { Locator, Page } from "@playwright/test";
import { MARKET_STREAM } from "../../lib/market/market";
import { createTestDatabase } from "../support/database";
import { test as base, expect } from "../support/e2e";
import { fixtureReports, insertReports } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";
import { asJson, flattened, VALUES } from "../support/market";
import { startRedis, type TestRedis } from "../support/redis";
import { startSite } from "../support/server";

/** A site of its own on a Redis of its own. */
interface LiveSite {
  readonly url: string;
  readonly redis: TestRedis;
  /** Publishes what differs from `VALUES`. */
  publish(values?: Readonly<Record<string, unknown>>, encode?: typeof asJson): Promise<void>;
}

type Box = NonNullable<Awaited<ReturnType<Locator["boundingBox"]>>>;

const STALE_SECONDS = 600;

const test = base.extend<object, { live: LiveSite }>({
  live: [
    async ({ browserName: _ }, use) => {
      const [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
      await insertReports(database.url, await fixtureReports());
      const client = redis.connect();
      const publish: LiveSite["publish"] = async (values = {}, encode = asJson) => {
        await client.xadd(MARKET_STREAM, "*", ...encode({ ...VALUES, ...values }));
      };
      await publish();
      const env = { REDIS_URL: redis.url, MARKET_STALE_SECONDS: String(STALE_SECONDS) };
      const site = await startSite({ databaseUrl: database.url, env });
      try {
        await use({ url: site.url, redis, publish });
      } finally {
        await site.stop();
        await redis.stop();
        await database.drop();
      }
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ live }, use) => use(live.url),
});

// They share a stream.
test.describe.configure({ mode: "default" });

const card = (page: Page, name: string): Locator => page.locator(`[data-card="${name}"]`);
const coin = (page: Page, name: string): Locator => page.locator(`tr[data-coin="${name}"]`);
const says = (page: Page, words: string): Locator => page.getByText(words, { exact: true }).first();

/** In the browser: what the style draws before a text, and what it is called aloud; `hidden` where it is not seen. */
const drawnBefore = (element: Element): string => {
  const { content, visibility } = getComputedStyle(element, "::before");
  return visibility === "hidden" ? visibility : content;
};

async function openLive(page: Page, path: string, language: "vi" | "en"): Promise<void> {
  await page.goto(pathIn(language, path));
  await expect(says(page, TEXTS[language].Market.live)).toBeVisible();
}

for (const language of LANGUAGES) {
  const { Market } = TEXTS[language];
  const local = (text: string) =>
    language === "en" ? text : text.replaceAll(/[.,]/g, (mark) => (mark === "." ? "," : "."));

  test(`an open page shows what is published, in ${language}`, async ({ page, live }) => {
    await openLive(page, "/", language);
    for (const [index, encode] of [asJson, flattened].entries()) {
      await live.publish(
        {
          market_cap_usd: 2.5e12 + index * 1e10,
          volume_24h_usd: 98.4e9,
          market_cap_change_percentage_24h_usd: 1.5,
          fng_value: 24 + index,
          btc_rsi_14: 30 + index,
          btc_market_cap_percentage: 60.1,
          eth_market_cap_percentage: 10.4,
          btc_price_usd: 70_000.5 + index,
          xrp_price_usd: 0.5213,
          btc_change_24h: -2.25,
          eth_change_24h: 3.1,
          us_stock_indices: { SPY: { price: 500.25, change: 2, change_percent: 0.4, status: "success" } },
        },
        encode,
      );
      await expect(coin(page, "btc").locator("[data-price]")).toHaveText(local(`$70,00${index}.50`));
      await expect(card(page, "market-cap")).toContainText(`${local(`$2.5${index}`)} ${Market.trillion}`);
    }
    await expect(card(page, "market-cap")).toContainText(local("+1.50%"));
    await expect(card(page, "volume")).toContainText(`${local("$98.40")} ${Market.billion}`);
    await expect(card(page, "fear-greed")).toContainText(`25${Market.fear}`);
    await expect(card(page, "strength")).toContainText(`31${Market.neutral}`);
    await expect(card(page, "dominance")).toContainText(local("60.1%"));
    await expect(card(page, "dominance")).toContainText(local("10.4%"));
    await expect(coin(page, "xrp").locator("[data-price]")).toHaveText(local("$0.5213"));
    await expect(page.locator("tr[data-fund]")).toHaveCount(3);
    await expect(page.locator('tr[data-fund="SPY"]')).toContainText(local("$500.25"));
    await expect(page.locator('tr[data-fund="DIA"]')).toContainText(Market.unknownValue);
  });

  test(`a change is told by sign and arrow beside its colour, in ${language}`, async ({ page, live }) => {
    await openLive(page, "/", language);
    await live.publish({ btc_change_24h: -2.25, eth_change_24h: 3.1, ada_change_24h: 0.001 });
    for (const [name, text, direction, arrow] of [
      ["btc", "\u22122.25%", "down", '"↓" / ""'],
      ["eth", "+3.10%", "up", '"↑" / ""'],
      ["ada", "0.00%", "none", "hidden"],
    ] as const) {
      const change = coin(page, name).locator("[data-direction]");
      await expect(change).toHaveText(local(text));
      await expect(change).toHaveAttribute("data-direction", direction);
      expect(await change.evaluate(drawnBefore)).toBe(arrow);
    }
  });

  test(`what is not known is a dash and never a number, in ${language}`, async ({ page, live }) => {
    await openLive(page, "/", language);
    await live.publish({ btc_price_usd: 0, btc_change_24h: 0, fng_value: null, market_cap_usd: "broken" });
    await expect(coin(page, "btc").locator("[data-price]")).toHaveText(`—${Market.unknownValue}`);
    await expect(card(page, "market-cap").locator("p")).toHaveText(`—${Market.unknownValue}`);
    await expect(card(page, "fear-greed")).toContainText(Market.unknownValue);
    await expect(card(page, "fear-greed")).not.toContainText(/\d/);
    await live.publish();
    await expect(coin(page, "btc").locator("[data-price]")).toHaveText(local("$91,234.50"));
  });

  test(`a report has the five cards above it, live as well, in ${language}`, async ({ page, live }) => {
    await openLive(page, "/crypto_report/1", language);
    await expect(page.locator("[data-card]")).toHaveCount(5);
    await live.publish({ fng_value: 80 });
    await expect(card(page, "fear-greed")).toContainText(`80${Market.extremeGreed}`);
    const [strip, report] = await Promise.all([
      page.locator("[data-card]").first().boundingBox(),
      page.getByRole("heading", { level: 1 }).boundingBox(),
    ]);
    expect((strip?.y ?? 0) + (strip?.height ?? 0)).toBeLessThan(report?.y ?? 0);
  });

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

test("figures go on in a page that the browser has translated", async ({ page, live }) => {
  await openLive(page, "/", "en");
  const price = coin(page, "btc").locator("[data-price]");
  await price.evaluate((cell) => {
    const text = cell.firstElementChild?.firstChild as Text;
    const translated = document.createElement("font");
    text.replaceWith(translated);
    translated.append(text);
  });
  await live.publish({ btc_price_usd: 92_345.5 });
  await expect(price).toHaveText("$92,345.50");
  await live.publish({ btc_price_usd: 92_346.5 });
  await expect(price).toHaveText("$92,346.50");
});

test("Redis goes for ten seconds: the page says so, and catches up by itself", async ({ page, live }) => {
  await openLive(page, "/", "vi");
  await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
  await live.redis.kill();
  await expect(says(page, TEXTS.vi.Market.interrupted)).toBeVisible();
  await expect(page.getByRole("status")).toHaveText(TEXTS.vi.Market.interrupted);
  // As long as the outage is to last.
  await page.waitForTimeout(10_000);
  await expect(says(page, TEXTS.vi.Market.interrupted)).toBeVisible();
  await expect(coin(page, "btc").locator("[data-price]")).toHaveText(/^\$/);
  await live.redis.restart();
  await expect(says(page, TEXTS.vi.Market.live)).toBeVisible({ timeout: 30_000 });
  await live.publish({ btc_price_usd: 55_555.5 });
  await expect(coin(page, "btc").locator("[data-price]")).toHaveText("$55.555,50");
  await expect(page.getByRole("status")).toHaveText(TEXTS.vi.Market.live);
  expect(await page.evaluate(() => "isTheSamePage" in window)).toBe(true);
});

test("figures above a report rest while it is read far below, and are of the moment on the way back", async ({
  page,
  live,
}) => {
  await openLive(page, "/crypto_report/1", "en");
  await live.publish({ fng_value: 61 });
  await expect(card(page, "fear-greed")).toContainText("61");
  await page.keyboard.press("End");
  await expect(card(page, "fear-greed")).not.toBeInViewport();
  // The browser tells of what is in sight once a frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await live.publish({ fng_value: 17 });
  await live.redis.kill();
  // Comes after the entry, and how the figures come is told wherever the reader is.
  await expect(page.getByRole("status")).toHaveText(TEXTS.en.Market.interrupted);
  expect(await card(page, "fear-greed").innerText()).toContain("61");
  await page.keyboard.press("Home");
  await expect(card(page, "fear-greed")).toContainText(`17${TEXTS.en.Market.extremeFear}`);
  await live.redis.restart();
  await expect(says(page, TEXTS.en.Market.live)).toBeVisible({ timeout: 30_000 });
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

test("who comes from another page of the site sees no older figures first", async ({ page, live }) => {
  const { Header } = TEXTS.en;
  const price = coin(page, "btc").locator("[data-price]");
  await openLive(page, "/", "en");
  await live.publish({ btc_price_usd: 77_777.25 });
  await expect(price).toHaveText("$77,777.25");
  await page.getByRole("link", { name: Header.archive }).first().click();
  await expect(price).toHaveCount(0);
  await page.evaluate(() => {
    const shown = new Set<string>();
    Object.assign(window, { shown });
    // Told when all that one turn changes has been changed.
    new MutationObserver(() => {
      const text = document.querySelector('tr[data-coin="btc"] [data-price]')?.textContent;
      if (text) shown.add(text);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await page.getByRole("link", { name: Header.home }).first().click();
  await expect(price).toHaveText("$77,777.25");
  expect(await page.evaluate(() => [...(window as unknown as { shown: Set<string> }).shown])).toEqual([
    "$77,777.25",
  ]);
});

test("without events the page asks every few seconds, and says that", async ({
  page,
  live,
  consoleMessages,
}) => {
  consoleMessages.allow(/ERR_FAILED/);
  await page.route("**/dashboard-summary/stream", (route) => route.abort());
  await page.goto("/");
  await expect(says(page, TEXTS.vi.Market.polling)).toBeVisible({ timeout: 40_000 });
  await live.publish({ btc_price_usd: 44_444.5 });
  await expect(coin(page, "btc").locator("[data-price]")).toHaveText("$44.444,50");
});

test("a browser without a network says so, and goes on when it is back", async ({
  page,
  context,
  live,
  consoleMessages,
}) => {
  consoleMessages.allow(/ERR_INTERNET_DISCONNECTED/);
  await openLive(page, "/", "vi");
  await context.setOffline(true);
  await expect(says(page, TEXTS.vi.Market.offline)).toBeVisible();
  await live.publish({ btc_price_usd: 33_333.5 });
  await context.setOffline(false);
  await expect(coin(page, "btc").locator("[data-price]")).toHaveText("$33.333,50");
  await expect(says(page, TEXTS.vi.Market.live)).toBeVisible();
});

for (const width of [390, 820, 1440]) {
  test(`nothing moves while figures change, at ${width} px`, async ({ page, live }) => {
    await page.setViewportSize({ width, height: 900 });
    await openLive(page, "/", "vi");
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift" });
    });
    for (let step = 0; step < 10; step++) {
      const price = 11_111.11 + step * 8_888.88;
      await live.publish({
        btc_price_usd: price,
        eth_price_usd: 1_000 + step * 999,
        btc_change_24h: step % 2 === 0 ? -11.11 : 8.88,
        market_cap_usd: 1.11e12 * (1 + step / 2),
        fng_value: step * 11,
      });
      await expect(coin(page, "btc").locator("[data-price]")).toContainText(
        new Intl.NumberFormat("vi-VN", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(price),
      );
    }
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
  });
}

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the page has the figures of its render, with their time, and claims nothing more", async ({
    page,
  }) => {
    await page.goto("/en");
    const { Market } = TEXTS.en;
    await expect(coin(page, "btc").locator("[data-price]")).toHaveText(/^\$[\d,]+\.\d\d$/);
    await expect(page.getByText(/^Figures of \d\d:\d\d:\d\d \(GMT\+7\)$/)).toBeVisible();
    for (const words of [Market.live, Market.connecting])
      await expect(page.getByText(words, { exact: true })).toBeHidden();
    await expect(page.getByRole("region", { name: Market.chartTitle })).toBeHidden();
  });
});
