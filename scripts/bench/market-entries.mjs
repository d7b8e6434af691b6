// @ts-check
/** The stream that the site reads. */
export const STREAM = "market_data_stream";

export const COINS = ["btc", "eth", "bnb", "sol", "xrp", "ada", "link"];
export const FUNDS = ["DIA", "SPY", "QQQM"];

const VALUES = {
  ...Object.fromEntries(
    COINS.flatMap((coin) => [
      [`${coin}_price_usd`, 1_234.56],
      [`${coin}_change_24h`, -1.23],
    ]),
  ),
  btc_market_cap_percentage: 57.2,
  eth_market_cap_percentage: 11.6,
  market_cap_usd: 3.1e12,
  volume_24h_usd: 1.2e11,
  market_cap_change_percentage_24h_usd: -0.8,
  fng_value: 42,
  btc_rsi_14: 48.6,
  us_stock_indices: Object.fromEntries(
    FUNDS.map((symbol) => [
      symbol,
      { price: 470.1, change: 1.2, change_percent: 0.26, status: "success", symbol, name: "An index fund" },
    ]),
  ),
  fetch_duration_ms: 812,
  partial_failure: false,
  last_updated: "2026-11-27T08:00:00Z",
  timestamp: "2026-11-27T08:00:00Z",
};
/** An entry as a publisher writes it, in one field. */
export const JSON_FIELDS = ["data", JSON.stringify(VALUES)];
/** The same in a field for each key. */
export const FLAT_FIELDS = Object.entries(VALUES).flatMap(([name, value]) => [
  name,
  typeof value === "string" ? value : JSON.stringify(value),
]);
