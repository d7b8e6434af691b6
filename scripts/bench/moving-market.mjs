// @ts-check
// A market that moves as one does, for pages that are open.
import { COINS, FUNDS, STREAM } from "./market-entries.mjs";

/** As a publisher writes them. */
const ENTRY_MS = 5_000;
/** When the history begins. All that is published must be of the past. */
const PUBLISHED_AGO_MS = 6 * 3_600_000;
const START = 30_000;
/** Of the price between two entries, and of the price as a whole, USD. */
const LARGEST_STEP = 8;
const SWING = 300;

/** @typedef {ReturnType<typeof createMovingMarket>} MovingMarket */

/**
 * @param {number} price of the coins, USD: all their figures change with it
 * @param {number} rest what all other figures follow from
 */
function values(price, rest) {
  return {
    ...Object.fromEntries(COINS.map((coin) => [`${coin}_price_usd`, price])),
    ...Object.fromEntries(COINS.map((coin) => [`${coin}_change_24h`, (price % 1_900) / 100 - 9])),
    btc_market_cap_percentage: 40 + (rest % 20),
    eth_market_cap_percentage: 10 + (rest % 7),
    market_cap_usd: rest * 1e8,
    volume_24h_usd: rest * 1e6,
    market_cap_change_percentage_24h_usd: (rest % 11) - 5,
    fng_value: rest % 100,
    btc_rsi_14: (rest * 7) % 100,
    us_stock_indices: Object.fromEntries(
      FUNDS.map((fund) => [fund, { price: rest, change: 1, change_percent: rest % 5, status: "success" }]),
    ),
  };
}

/**
 * A market whose entries are as far apart as those of a publisher, by their ids: by them pages decide what is drawn
 * anew. They are published faster, so they are of the last hours.
 *
 * @param {import("ioredis").Redis} redis
 */
export function createMovingMarket(redis) {
  let at = Date.now() - PUBLISHED_AGO_MS;
  let price = START;
  let rest = START;
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
      // Up to three hundredths of a percent up or down, never none; and back to where it came from in the long run.
      const step = 1 + Math.floor(random() * LARGEST_STEP);
      price += random() * 2 * SWING < START + SWING - price ? step : -step;
      if (!isCoinsOnly) rest++;
      return {
        price,
        publish: () => redis.xadd(STREAM, `${at}-0`, "data", JSON.stringify(values(price, rest))),
      };
    },
  };
}
