import type * as z from "zod";
import type { fieldHistory, health, marketSummary } from "./schemas";

// Made up, of the size that such values have.

export const marketSummaryExample: z.infer<typeof marketSummary> = {
  btc_price_usd: 91_234.5,
  eth_price_usd: 3_012.34,
  bnb_price_usd: 640.1,
  sol_price_usd: 142.77,
  xrp_price_usd: 2.104,
  ada_price_usd: null,
  link_price_usd: 13.02,
  btc_change_24h: -1.25,
  eth_change_24h: 2.5,
  bnb_change_24h: 0.5,
  sol_change_24h: 4.01,
  xrp_change_24h: -0.3,
  ada_change_24h: null,
  link_change_24h: 0.07,
  btc_market_cap_percentage: 57.2,
  eth_market_cap_percentage: 11.6,
  market_cap_usd: 3.1e12,
  volume_24h_usd: 1.2e11,
  market_cap_change_percentage_24h_usd: -0.8,
  fng_value: 42,
  btc_rsi_14: 48.6,
  us_stock_indices: {
    DIA: { price: 470.1, change: 1.2, change_percent: 0.26, status: "success", symbol: "DIA" },
    SPY: { price: 670.5, change: -3, change_percent: -0.45, status: "success", symbol: "SPY" },
    QQQM: null,
  },
  fetch_duration_ms: 812,
  partial_failure: true,
  last_updated: "2026-11-27T08:00:00Z",
  timestamp: "2026-11-27T08:00:00.123456+00:00",
  age_seconds: 3,
  stale: false,
  interrupted: false,
  source: "stream",
  observed_at: "2026-11-27T08:00:00.480Z",
};

export const fieldHistoryExample: z.infer<typeof fieldHistory> = {
  field: "btc_price_usd",
  source: "stream",
  points: [
    [1_764_230_390_480, 91_201],
    [1_764_230_400_480, 91_234.5],
  ],
};

export const healthExample: z.infer<typeof health> = {
  status: "degraded",
  checkedAt: "2026-11-27T08:00:06.170Z",
  dependencies: {
    postgres: { status: "ok", latencyMs: 1.42, since: "2026-11-27T07:12:04.107Z" },
    redis: {
      status: "down",
      latencyMs: null,
      since: "2026-11-27T07:58:10.002Z",
      message: "cannot be reached",
    },
  },
};
