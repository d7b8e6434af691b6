import { card, coin, expect, numbersIn, openLive, says, test } from "../support/e2e-market";
import { LANGUAGES, TEXTS } from "../support/e2e-texts";
import { asJson, flattened } from "../support/market";

// They share a stream.
test.describe.configure({ mode: "default" });

/** In the browser: what the style draws before a text, and what it is called aloud; `hidden` where it is not seen. */
const drawnBefore = (element: Element): string => {
  const { content, visibility } = getComputedStyle(element, "::before");
  return visibility === "hidden" ? visibility : content;
};

for (const language of LANGUAGES) {
  const { Market } = TEXTS[language];
  const local = (text: string) => numbersIn(language, text);

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
}

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
    await expect(page.getByText(/^As of \d\d:\d\d:\d\d \(GMT\+7\)$/)).toBeVisible();
    for (const words of [Market.live, Market.connecting])
      await expect(page.getByText(words, { exact: true })).toBeHidden();
    await expect(page.getByRole("region", { name: Market.chartTitle })).toBeHidden();
  });
});
