// @ts-check
// What an entry of the market costs an open page's main thread.
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "./statistics.mjs";

/** Entries whose changes are made again. */
const RECORDED = 2;

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
 * Milliseconds of the main thread, beyond those of an idle page: medians of the rounds, in which each has its turn, so
 * that what else the machine does meanwhile falls on all.
 *
 * @typedef {object} Costs
 * @property {number} entry an entry that changes every figure
 * @property {number} coins an entry that changes the figures of the coins alone, as most do
 * @property {number} replay the changes of the first, made by a script that does nothing else: what the browser takes
 * @property {number} text one text, likewise
 */

/**
 * @param {import("playwright").Page} page
 * @param {import("./moving-market.mjs").MovingMarket} market
 * @param {{ rounds: number, times: number, pauseMs: number }} options how often each is done in a round, an even number,
 *   and for how long nothing is in between
 * @returns {Promise<Costs>}
 */
export async function mainThreadCosts(page, market, options) {
  const { rounds, times, pauseMs } = options;
  const session = await page.context().newCDPSession(page);
  // The time of the processor, not of the clock: others run on it too.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const idle = await mainThread(session, () => sleep(10_000));
  const perEntry = async (/** @type {() => Promise<unknown>} */ work) => {
    const { busyMs, wallMs } = await mainThread(session, work);
    return (busyMs - (idle.busyMs * wallMs) / idle.wallMs) / times;
  };
  const publish = async (isCoinsOnly = false, entries = times) => {
    for (let index = 0; index < entries; index++) {
      await market.next({ isCoinsOnly }).publish();
      await sleep(pauseMs);
    }
  };
  await publish(false, 1);
  const changes = await page.evaluateHandle(recordChanges);
  await publish(false, RECORDED);
  await changes.evaluate((recorded) => recorded.end());
  const turns = {
    entry: () => publish(),
    coins: () => publish(true),
    replay: () => changes.evaluate((recorded, how) => recorded.replay(how), options),
    text: () => page.evaluate(changeOneText, options),
  };
  /** @type {Record<keyof Costs, number[]>} */
  const costs = { entry: [], coins: [], replay: [], text: [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of /** @type {const} */ (["entry", "coins", "replay", "text"])) {
      costs[name].push(await perEntry(turns[name]));
    }
  }
  return {
    entry: median(costs.entry),
    coins: median(costs.coins),
    replay: median(costs.replay),
    text: median(costs.text),
  };
}

/** In the page: notes what changes until its end, and makes the same changes again, to and fro. */
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
    end: () => observer.disconnect(),
    /** @param {{ times: number, pauseMs: number }} options */
    async replay({ times, pauseMs }) {
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
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    },
  };
}

/** @param {{ times: number, pauseMs: number }} options in the page */
async function changeOneText({ times, pauseMs }) {
  const text = document.querySelector('[data-card="market-cap"] p')?.firstChild;
  if (!text) throw new Error("The page shows no market cap");
  for (let time = 0; time < times; time++) {
    text.nodeValue = `$${time}.00`;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
