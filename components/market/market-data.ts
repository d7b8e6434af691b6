import { COINS, type Coin } from "@/lib/market/fields";
import type { Point } from "@/lib/market/lttb";
import type { Market } from "@/lib/market/market";
import type { MarketSummary } from "@/lib/market/summary";
import type { CoinTrends } from "./coin-table";
import { TREND_POINTS } from "./recent-prices";

/** The snapshot that a page is rendered with. */
export function summaryOf(market: Pick<Market, "summary">): MarketSummary {
  return JSON.parse(market.summary().body) as MarketSummary;
}

export function trendsOf(market: Pick<Market, "history">): CoinTrends {
  const entries = COINS.map((coin) => [coin, market.history(`${coin}_price_usd`, TREND_POINTS).points]);
  return Object.fromEntries(entries) as Record<Coin, readonly Point[]>;
}
