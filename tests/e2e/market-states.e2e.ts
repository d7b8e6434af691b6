import { MARKET_STREAM } from "../../lib/market/market";
import { createTestDatabase } from "../support/database";
import { expect, test } from "../support/e2e";
import { fixtureReports, insertReports } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";
import { asJson, VALUES } from "../support/market";
import { startRedis, type TestRedis } from "../support/redis";
import { startSite } from "../support/server";

for (const language of LANGUAGES) {
  const { Market } = TEXTS[language];

  for (const path of ["/", "/crypto_report/1"]) {
    test(`a market that is made up is called so on ${pathIn(language, path)}, with and without script`, async ({
      page,
      request,
    }) => {
      const html = await (await request.get(pathIn(language, path))).text();
      expect(html).toContain(`>${Market.simulated}<`);
      await page.goto(pathIn(language, path));
      await expect(page.getByText(Market.simulated, { exact: true })).toBeVisible();
      await expect(page.getByText(Market.live, { exact: true }).first()).toBeVisible();
    });
  }
}

interface QuietSite {
  readonly url: string;
  readonly redis: TestRedis;
}

/** On a site whose stream nobody writes but the test. */
const quietTest = test.extend<object, { quiet: QuietSite }>({
  quiet: [
    async ({ browserName: _ }, use) => {
      const [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
      await insertReports(database.url, await fixtureReports());
      const env = { REDIS_URL: redis.url, MARKET_STALE_SECONDS: "3" };
      const site = await startSite({ databaseUrl: database.url, env });
      try {
        await use({ url: site.url, redis });
      } finally {
        await site.stop();
        await redis.stop();
        await database.drop();
      }
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ quiet }, use) => use(quiet.url),
});

quietTest(
  "what nobody has published is unknown, and what nobody renews is stale",
  async ({ page, quiet }) => {
    const { Market } = TEXTS.en;
    await page.goto("/en");
    await expect(page.getByText(Market.unknown, { exact: true }).first()).toBeVisible();
    const values = page.locator("[data-card] p, [data-price]");
    await expect(values).toHaveCount(4 + 10);
    for (const text of await values.allInnerTexts()) expect(text).toContain("—");

    const client = quiet.redis.connect();
    const price = page.locator('tr[data-coin="btc"] [data-price]');
    await client.xadd(MARKET_STREAM, "*", ...asJson(VALUES));
    await expect(price).toHaveText("$91,234.50");
    await expect(page.getByText(/^Not updated since \d\d:\d\d:\d\d \(GMT\+7\)$/).first()).toBeVisible();
    await expect(price).toHaveText("$91,234.50");

    await client.xadd(MARKET_STREAM, "*", ...asJson({ ...VALUES, btc_price_usd: 91_235.5 }));
    await expect(page.getByText(Market.live, { exact: true }).first()).toBeVisible();
    await expect(price).toHaveText("$91,235.50");
  },
);

quietTest("the largest figures leave the page as wide as a phone", async ({ page, quiet }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const largest = { btc_price_usd: 1e8, btc_change_24h: 1e5 };
  await quiet.redis.connect().xadd(MARKET_STREAM, "*", ...asJson({ ...VALUES, ...largest }));
  await page.goto("/en");
  const row = page.locator('tr[data-coin="btc"]');
  await expect(row).toContainText("$100,000,000.00");
  await expect(row).toContainText("+100,000.00%");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
