import type { Redis } from "ioredis";
import { MARKET_STREAM } from "../../lib/market/market";
import type { EntryListener, RawEntry } from "../../lib/market/source";
import { parseStreamId, type StreamId } from "../../lib/market/stream-id";

/** What a publisher sends when it could fetch everything. */
export const VALUES = {
  btc_price_usd: 91_234.5,
  eth_price_usd: 3_012.34,
  bnb_price_usd: 640.1,
  sol_price_usd: 142.77,
  xrp_price_usd: 2.104,
  ada_price_usd: 0.4312,
  link_price_usd: 13.02,
  btc_change_24h: -1.25,
  eth_change_24h: 2.5,
  bnb_change_24h: 0.5,
  sol_change_24h: 4.01,
  xrp_change_24h: -0.3,
  ada_change_24h: 1,
  link_change_24h: 0.07,
  btc_market_cap_percentage: 57.2,
  eth_market_cap_percentage: 11.6,
  market_cap_usd: 3.1e12,
  volume_24h_usd: 120_000_000_000,
  market_cap_change_percentage_24h_usd: -0.8,
  fng_value: 42,
  btc_rsi_14: 48.6,
  us_stock_indices: {
    DIA: { price: 470.1, change: 1.2, change_percent: 0.26, status: "success", symbol: "DIA", name: "Dow" },
    SPY: { price: 670.5, change: -3, change_percent: -0.45, status: "success" },
    QQQM: { price: 250, change: 0, change_percent: 0, status: "success" },
  },
  fetch_duration_ms: 812,
  partial_failure: false,
  last_updated: "2026-11-27T08:00:00Z",
  timestamp: "2026-11-27T08:00:00.123456+00:00",
};

type Values = Readonly<Record<string, unknown>>;

/** One field `data` with JSON. */
export function asJson(values: Values): string[] {
  return ["data", JSON.stringify(values)];
}

/** A field for each key, every value a string. */
export function flattened(values: Values): string[] {
  return Object.entries(values).flatMap(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}

export function streamId(text: string): StreamId {
  const id = parseStreamId(text);
  if (id === null) throw new TypeError(`${text} is no stream id`);
  return id;
}

/** An entry whose price of Bitcoin tells it from others. */
export function entry(id: string, price: number, ageMs = 0): RawEntry {
  return { id: streamId(id), fields: asJson({ ...VALUES, btc_price_usd: price }), ageMs };
}

/** Writes an entry as a publisher does. @returns its id */
export async function publish(
  client: Redis,
  values: Values = VALUES,
  { encode = asJson, maxLength = 1_000, id = "*" } = {},
): Promise<string> {
  const added = await client.call("XADD", MARKET_STREAM, "MAXLEN", "~", maxLength, id, ...encode(values));
  return String(added);
}

/** Records what a source tells. */
export function recorder() {
  const ids: string[] = [];
  const restarts: string[][] = [];
  const interruptions: boolean[] = [];
  return {
    ids,
    restarts,
    interruptions,
    restarted: (entries) => void restarts.push(entries.map(({ id }) => id)),
    added: (entries) => void ids.push(...entries.map(({ id }) => id)),
    interrupted: (isInterrupted) => void interruptions.push(isInterrupted),
  } satisfies EntryListener & Record<string, unknown>;
}
