// @ts-check
// The live market on an open page: `node scripts/bench/live-page.mjs`. How long an entry takes from `XADD` to the
// screen, what it costs the page's main thread, and the scripts that the dashboard adds to a page. Prints a table
// for docs/performance.md. Server, Redis and browser share the machine.
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { findRedis } from "../test/redis.mjs";
import { startRedisServer } from "../test/redis-server.mjs";
import { provideDatabases } from "./databases.mjs";
import { fixtureRows, insertRows, machine } from "./fixture-site.mjs";
import { mainThreadCosts } from "./main-thread-costs.mjs";
import { createMovingMarket } from "./moving-market.mjs";
import { launchBrowser, weighPage } from "./page-weight.mjs";
import { startProductionServer } from "./production-server.mjs";
import { median, quantile } from "./statistics.mjs";

const ENTRIES = 100;
/** Of entries whose cost is measured. */
const ROUNDS = 5;
/** Between two entries, so that each is shown by itself. */
const PAUSE_MS = 100;
/** As many as the stream keeps. */
const HISTORY_ENTRIES = 1_000;
/**
 * By the chance of a page load Chromium follows where the links of the page are, for which it takes a second frame after
 * each that changed something: a tenth of an entry's cost, on some pages and not on others.
 */
const WITHOUT_PREDICTOR = "--disable-features=NavigationPredictor";
const SETTLE_MS = 3_000;
const LIMIT_MS = 10_000;

/** @param {number} price */
const textOf = (price) => `$${price.toLocaleString("en-US")}.00`;

/**
 * Publishes entries one by one, each as soon as the page shows the one before.
 *
 * @param {import("playwright").Page} page
 * @param {import("./moving-market.mjs").MovingMarket} market
 * @returns {Promise<number[]>} milliseconds from before `XADD` to the frame after the page has changed
 */
async function delays(page, market) {
  /** @type {number[]} */
  const all = [];
  for (let index = 0; index < ENTRIES; index++) {
    const { price, publish } = market.next();
    const shown = page.evaluate(
      ({ text, limit }) =>
        new Promise((resolve, reject) => {
          const cell = document.querySelector('tr[data-coin="btc"] [data-price]');
          if (cell === null) return reject(new Error("The page shows no price of Bitcoin"));
          const timer = setTimeout(() => reject(new Error(`${text} was not shown`)), limit);
          const observer = new MutationObserver(() => {
            if (cell.textContent !== text) return;
            observer.disconnect();
            clearTimeout(timer);
            requestAnimationFrame(() => resolve(Date.now()));
          });
          observer.observe(cell, { characterData: true, childList: true, subtree: true });
        }),
      { text: textOf(price), limit: LIMIT_MS },
    );
    // The observer is in place when the page has answered another question.
    await page.evaluate(() => 0);
    const sentAt = Date.now();
    await publish();
    all.push(/** @type {number} */ (await shown) - sentAt);
    await sleep(PAUSE_MS);
  }
  return all;
}

async function main() {
  const found = findRedis();
  if (found === undefined) throw new Error("No redis-server: install it, or set REDIS_SERVER_PATH");
  const server = await startRedisServer(found.path);
  const redis = new Redis(server.port, "127.0.0.1");
  const databases = await provideDatabases();
  const databaseUrl = await databases.create((sql) => insertRows(sql, fixtureRows()));
  const market = createMovingMarket(redis);
  await Promise.all(Array.from({ length: HISTORY_ENTRIES }, () => market.next().publish()));
  const site = await startProductionServer({
    databaseUrl,
    // What is hours old is not to be called stale here.
    env: { REDIS_URL: server.url, MARKET_STALE_SECONDS: "86400" },
  });
  const browser = await launchBrowser([WITHOUT_PREDICTOR]);
  try {
    const rows = [];
    for (const [path, width, place] of /** @type {const} */ ([
      ["/en", 390],
      ["/en", 1_440],
      ["/en/crypto_report/1", 390],
      ["/en/crypto_report/1", 390, "read in its middle"],
    ])) {
      const page = await browser.newPage({ viewport: { width, height: 844 } });
      await page.goto(site.url + path);
      await page.getByText("Live", { exact: true }).first().waitFor();
      const chart = page.locator("[aria-labelledby=site-market-chart]");
      const hasBoard = (await chart.count()) > 0;
      if (hasBoard) {
        await chart.scrollIntoViewIfNeeded();
        await chart.locator("[data-plot]").waitFor();
      }
      if (place) await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
      // Until the page has nothing left to do of its own.
      await sleep(SETTLE_MS);
      const measured = hasBoard ? await delays(page, market) : [];
      const sorted = measured.toSorted((a, b) => a - b);
      const {
        entry: every,
        coins,
        replay,
        text,
      } = await mainThreadCosts(page, market, { rounds: ROUNDS, times: ENTRIES / ROUNDS, pauseMs: PAUSE_MS });
      const figures = [
        median(measured),
        quantile(sorted, 0.95),
        sorted.at(-1),
        every,
        replay,
        every - replay,
        coins,
        text,
      ];
      const cells = figures.map((value) =>
        value === undefined || Number.isNaN(value) ? "" : value.toFixed(1),
      );
      rows.push(`| ${path}, ${width} px${place ? `, ${place}` : ""} | ${cells.join(" | ")} |`);
      await page.close();
    }
    const [home, list] = [
      await weighPage(browser, `${site.url}/en`, { isScrolled: true }),
      await weighPage(browser, `${site.url}/en/crypto_reports_list`),
    ];
    console.log(`\n${machine()}\n`);
    console.log(
      "| page | to the screen: median, ms | p95 | largest | main thread: every figure, ms | the same changes by a bare script | beyond them | coins alone | one text |",
    );
    console.log(`|---|---:|---:|---:|---:|---:|---:|---:|---:|\n${rows.join("\n")}`);
    const added = home.scripts + home.laterScripts - list.scripts - list.laterScripts;
    console.log(
      `\nScripts of the home page beyond those of the list: ${(added / 1_024).toFixed(1)} KB (gzip -9)`,
    );
  } finally {
    await browser.close();
    await site.stop();
    redis.disconnect();
    await databases.stop();
    await server.stop();
  }
}

await main();
