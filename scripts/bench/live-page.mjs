// @ts-check
// The live market on an open page: `node scripts/bench/live-page.mjs`. How long an entry takes from `XADD` to the
// screen, what it costs the page's main thread, and the scripts that the dashboard adds to a page. Prints a table
// for docs/performance.md. Server, Redis and browser share the machine.
import { Redis } from "ioredis";
import { findRedis } from "../test/redis.mjs";
import { startRedisServer } from "../test/redis-server.mjs";
import { provideDatabases } from "./databases.mjs";
import { fixtureRows, insertRows, machine } from "./fixture-site.mjs";
import { launchBrowser, weighPage } from "./page-weight.mjs";
import { startProductionServer } from "./production-server.mjs";
import { median, quantile } from "./statistics.mjs";

const STREAM = "market_data_stream";
const ENTRIES = 100;
/** Between two entries, so that each is shown by itself. */
const PAUSE_MS = 100;
const HISTORY_SECONDS = 3_600;
const SETTLE_MS = 3_000;
const LIMIT_MS = 10_000;

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {number} price of Bitcoin, USD: every figure that the page shows changes with it */
function entry(price) {
  const coins = ["btc", "eth", "bnb", "sol", "xrp", "ada", "link"];
  const values = {
    ...Object.fromEntries(coins.map((coin) => [`${coin}_price_usd`, price])),
    ...Object.fromEntries(coins.map((coin) => [`${coin}_change_24h`, (price % 19) - 9])),
    btc_market_cap_percentage: 40 + (price % 20),
    eth_market_cap_percentage: 10 + (price % 7),
    market_cap_usd: price * 1e8,
    volume_24h_usd: price * 1e6,
    market_cap_change_percentage_24h_usd: (price % 11) - 5,
    fng_value: price % 100,
    btc_rsi_14: (price * 7) % 100,
    us_stock_indices: Object.fromEntries(
      ["DIA", "SPY", "QQQM"].map((fund) => [
        fund,
        { price, change: 1, change_percent: price % 5, status: "success" },
      ]),
    ),
  };
  return ["data", JSON.stringify(values)];
}

/** @param {number} price */
const textOf = (price) => `$${price.toLocaleString("en-US")}.00`;

/**
 * Publishes entries one by one, each as soon as the page shows the one before.
 *
 * @param {import("playwright").Page} page
 * @param {Redis} redis
 * @param {number} first price of the first entry
 * @returns {Promise<number[]>} milliseconds from before `XADD` to the frame after the page has changed
 */
async function delays(page, redis, first) {
  /** @type {number[]} */
  const all = [];
  for (let price = first; price < first + ENTRIES; price++) {
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
    await redis.xadd(STREAM, "*", ...entry(price));
    all.push(/** @type {number} */ (await shown) - sentAt);
    await sleep(PAUSE_MS);
  }
  return all;
}

/**
 * @param {import("playwright").CDPSession} session
 * @param {() => Promise<unknown>} work
 * @returns {Promise<{ busyMs: number, wallMs: number }>} what the page's main thread did meanwhile
 */
async function mainThread(session, work) {
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  const [before, startedAt] = [await read(), performance.now()];
  await work();
  return { busyMs: (await read()) - before, wallMs: performance.now() - startedAt };
}

/**
 * @param {import("playwright").Page} page
 * @param {Redis} redis
 * @returns {Promise<[entry: number, text: number]>} milliseconds of the main thread, beyond those of an idle page,
 *   for an entry that changes every figure, and for a script that changes one text and nothing else
 */
async function costs(page, redis) {
  const session = await page.context().newCDPSession(page);
  // The time of the processor, not of the clock: others run on it too.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const idle = await mainThread(session, () => sleep(10_000));
  const entries = await mainThread(session, async () => {
    for (let price = 30_000; price < 30_000 + ENTRIES; price++) {
      await redis.xadd(STREAM, "*", ...entry(price));
      await sleep(PAUSE_MS);
    }
  });
  const texts = await mainThread(session, () =>
    page.evaluate(changeOneText, { times: ENTRIES, pause: PAUSE_MS }),
  );
  const beyondIdle = (/** @type {typeof idle} */ { busyMs, wallMs }) =>
    (busyMs - (idle.busyMs * wallMs) / idle.wallMs) / ENTRIES;
  return [beyondIdle(entries), beyondIdle(texts)];
}

/** @param {{ times: number, pause: number }} options in the page */
async function changeOneText({ times, pause }) {
  const text = document.querySelector('[data-card="market-cap"] p')?.firstChild;
  if (!text) throw new Error("The page shows no market cap");
  for (let time = 0; time < times; time++) {
    text.nodeValue = `$${time}.00`;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Publishes an hour, at an entry a second. @param {Redis} redis */
async function publishHistory(redis) {
  const pipeline = redis.pipeline();
  const from = Date.now() - HISTORY_SECONDS * 1_000;
  for (let second = 0; second < HISTORY_SECONDS; second++) {
    const price = Math.round(25_000 + 5_000 * Math.sin(second / 300));
    pipeline.xadd(STREAM, `${from + second * 1_000}-0`, ...entry(price));
  }
  await pipeline.exec();
}

async function main() {
  const found = findRedis();
  if (found === undefined) throw new Error("No redis-server: install it, or set REDIS_SERVER_PATH");
  const server = await startRedisServer(found.path);
  const redis = new Redis(server.port, "127.0.0.1");
  const databases = await provideDatabases();
  const databaseUrl = await databases.create((sql) => insertRows(sql, fixtureRows()));
  await publishHistory(redis);
  const site = await startProductionServer({ databaseUrl, env: { REDIS_URL: server.url } });
  const browser = await launchBrowser();
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
        await chart.locator("path[data-points]").waitFor();
      }
      if (place) await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
      // Until the page has nothing left to do of its own.
      await sleep(SETTLE_MS);
      const measured = hasBoard ? await delays(page, redis, 20_000) : [];
      const sorted = measured.toSorted((a, b) => a - b);
      const figures = [
        median(measured),
        quantile(sorted, 0.95),
        sorted.at(-1),
        ...(await costs(page, redis)),
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
      "| page | to the screen: median, ms | p95 | largest | main thread an entry, ms | one text, ms |",
    );
    console.log(`|---|---:|---:|---:|---:|---:|\n${rows.join("\n")}`);
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
