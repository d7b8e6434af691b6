import type { Locator, Page } from "@playwright/test";
import { MARKET_STREAM } from "../../lib/market/market";
import { createTestDatabase } from "./database";
import { test as base, expect } from "./e2e";
import { fixtureReports, insertReports } from "./e2e-reports";
import { pathIn, TEXTS } from "./e2e-texts";
import { asJson, VALUES } from "./market";
import { startRedis, type TestRedis } from "./redis";
import { startSite } from "./server";

/** A site of its own on a Redis of its own. */
interface LiveSite {
  readonly url: string;
  readonly redis: TestRedis;
  /** Publishes what differs from `VALUES`. */
  publish(values?: Readonly<Record<string, unknown>>, encode?: typeof asJson): Promise<void>;
}

const STALE_SECONDS = 600;

/** Tests of a file share its stream. */
export const test = base.extend<object, { live: LiveSite }>({
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

export { expect };

export const card = (page: Page, name: string): Locator => page.locator(`[data-card="${name}"]`);
export const coin = (page: Page, name: string): Locator => page.locator(`tr[data-coin="${name}"]`);
export const says = (page: Page, words: string): Locator => page.getByText(words, { exact: true }).first();

/** Opens a page, and waits until it has the newest figures. */
export async function openLive(page: Page, path: string, language: "vi" | "en"): Promise<void> {
  await page.goto(pathIn(language, path));
  await expect(says(page, TEXTS[language].Market.live)).toBeVisible();
}

/** @param text with numbers as English writes them */
export function numbersIn(language: "vi" | "en", text: string): string {
  return language === "en" ? text : text.replaceAll(/[.,]/g, (mark) => (mark === "." ? "," : "."));
}
