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
/** Entries whose changes are made again. */
const RECORDED = 2;
/** As a publisher writes them. */
const ENTRY_MS = 5_000;
/** As many as the stream keeps. */
const HISTORY_ENTRIES = 1_000;
/** When the history begins. All that is published must be of the past. */
const PUBLISHED_AGO_MS = 6 * 3_600_000;
/** Of the price between two entries, and of the price as a whole, USD. */
const LARGEST_STEP = 4;
const SWING = 300;
const SETTLE_MS = 3_000;
const LIMIT_MS = 10_000;

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {number} price of the coins, USD: all their figures change with it
 * @param {number} rest what all other figures follow from
 */
function values(price, rest) {
  const coins = ["btc", "eth", "bnb", "sol", "xrp", "ada", "link"];
  return {
    ...Object.fromEntries(coins.map((coin) => [`${coin}_price_usd`, price])),
    ...Object.fromEntries(coins.map((coin) => [`${coin}_change_24h`, (price % 1_900) / 100 - 9])),
    btc_market_cap_percentage: 40 + (rest % 20),
    eth_market_cap_percentage: 10 + (rest % 7),
    market_cap_usd: rest * 1e8,
    volume_24h_usd: rest * 1e6,
    market_cap_change_percentage_24h_usd: (rest % 11) - 5,
    fng_value: rest % 100,
    btc_rsi_14: (rest * 7) % 100,
    us_stock_indices: Object.fromEntries(
      ["DIA", "SPY", "QQQM"].map((fund) => [
        fund,
        { price: rest, change: 1, change_percent: rest % 5, status: "success" },
      ]),
    ),
  };
}

/**
 * A market whose entries are as far apart as those of a publisher, by their ids: by them pages decide what is drawn
 * anew. They are published faster, so they are of the last hours.
 *
 * @param {Redis} redis
 */
function createMarket(redis) {
  let at = Date.now() - PUBLISHED_AGO_MS;
  let price = 30_000;
  let rest = 30_000;
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  return {
    /**
     * @param {{ isCoinsOnly?: boolean }} [options] by default every figure changes
     * @returns {{ price: number, publish: () => Promise<unknown> }}
     */
    next({ isCoinsOnly = false } = {}) {
      at += ENTRY_MS;
      // A hundredth of a percent or two, up or down, never none; and back to where it came from in the long run.
      const step = 1 + Math.floor(random() * 2 * LARGEST_STEP);
      price += random() * 2 * SWING < 30_000 + SWING - price ? step : -step;
      if (!isCoinsOnly) rest++;
      return {
        price,
        publish: () => redis.xadd(STREAM, `${at}-0`, "data", JSON.stringify(values(price, rest))),
      };
    },
  };
}

/** @typedef {ReturnType<typeof createMarket>} Market */

/** @param {number} price */
const textOf = (price) => `$${price.toLocaleString("en-US")}.00`;

/**
 * Publishes entries one by one, each as soon as the page shows the one before.
 *
 * @param {import("playwright").Page} page
 * @param {Market} market
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
 * Milliseconds of the main thread, beyond those of an idle page.
 *
 * @typedef {object} Costs
 * @property {number} entry an entry that changes every figure
 * @property {number} coins an entry that changes the figures of the coins alone, as most do
 * @property {number} replay the changes of the first, made by a script that does nothing else: what the browser takes
 * @property {number} text one text, likewise
 */

/**
 * @param {import("playwright").Page} page
 * @param {Market} market
 * @returns {Promise<Costs>}
 */
async function costs(page, market) {
  const session = await page.context().newCDPSession(page);
  // The time of the processor, not of the clock: others run on it too.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const idle = await mainThread(session, () => sleep(10_000));
  const perEntry = async (/** @type {() => Promise<unknown>} */ work) => {
    const { busyMs, wallMs } = await mainThread(session, work);
    return (busyMs - (idle.busyMs * wallMs) / idle.wallMs) / ENTRIES;
  };
  const publish = async (isCoinsOnly = false, times = ENTRIES) => {
    for (let index = 0; index < times; index++) {
      await market.next({ isCoinsOnly }).publish();
      await sleep(PAUSE_MS);
    }
  };
  const every = await perEntry(() => publish());
  const coins = await perEntry(() => publish(true));
  await publish(false, 1);
  const changes = await page.evaluateHandle(recordChanges);
  await publish(false, RECORDED);
  const options = { times: ENTRIES, pause: PAUSE_MS };
  const replay = await perEntry(() => changes.evaluate((recorded, how) => recorded.replay(how), options));
  const text = await perEntry(() => page.evaluate(changeOneText, options));
  return { entry: every, coins, replay, text };
}

/** In the page: notes what changes from now on, and makes the same changes again, to and fro. */
function recordChanges() {
  /** @type {Map<Node, Map<string, Set<string>>>} by node and attribute; the text is the attribute without a name */
  const seen = new Map();
  const observer = new MutationObserver((records) => {
    for (const { target, attributeName, oldValue } of records) {
      const name = attributeName ?? "";
      const now = target instanceof Element ? target.getAttribute(name) : target.nodeValue;
      const attributes = seen.get(target) ?? new Map();
      seen.set(target, attributes);
      attributes.set(name, new Set([...(attributes.get(name) ?? []), oldValue ?? "", now ?? ""]));
    }
  });
  observer.observe(document.body, {
    subtree: true,
    characterData: true,
    characterDataOldValue: true,
    attributes: true,
    attributeOldValue: true,
  });
  return {
    /** @param {{ times: number, pause: number }} options */
    async replay({ times, pause }) {
      observer.disconnect();
      const changes = [...seen].flatMap(([node, attributes]) =>
        [...attributes].map(([name, values]) => ({ node, name, values: [...values].slice(-2) })),
      );
      for (let time = 0; time < times; time++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        for (const { node, name, values } of changes) {
          const value = values[time % 2] ?? "";
          if (node instanceof Element) node.setAttribute(name, value);
          else node.nodeValue = value;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
  };
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

async function main() {
  const found = findRedis();
  if (found === undefined) throw new Error("No redis-server: install it, or set REDIS_SERVER_PATH");
  const server = await startRedisServer(found.path);
  const redis = new Redis(server.port, "127.0.0.1");
  const databases = await provideDatabases();
  const databaseUrl = await databases.create((sql) => insertRows(sql, fixtureRows()));
  const market = createMarket(redis);
  await Promise.all(Array.from({ length: HISTORY_ENTRIES }, () => market.next().publish()));
  const site = await startProductionServer({
    databaseUrl,
    // What is hours old is not to be called stale here.
    env: { REDIS_URL: server.url, MARKET_STALE_SECONDS: "86400" },
  });
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
      const measured = hasBoard ? await delays(page, market) : [];
      const sorted = measured.toSorted((a, b) => a - b);
      const { entry: every, coins, replay, text } = await costs(page, market);
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
