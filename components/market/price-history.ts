import { useCallback, useEffect, useState } from "react";
import type { Point } from "@/lib/market/lttb";
import type { MarketSummary } from "@/lib/market/summary";
import { append } from "./recent-prices";
import type { MarketReading } from "./use-market";

/** Null while it is on its way. */
export type PriceHistory = readonly Point[] | "failed" | null;

/** What the server thins the history out to, and the browser keeps. */
const POINTS = 1_000;
const ADDRESS = `/api/crypto/history?field=btc_price_usd&points=${POINTS}`;
const REQUEST_LIMIT_MS = 15_000;
/** After a longer silence there may be entries in between that did not come. */
const LONGEST_STEP_MS = 60_000;

/** What came from the server, and what came from then on; until the first is there, the second alone. */
interface Prices {
  readonly state: "loading" | "failed" | "loaded";
  readonly points: readonly Point[];
  /** The last of which the price was taken. */
  readonly upTo: MarketSummary;
}

/**
 * Prices of Bitcoin in USD, oldest first: those of the server, and those that come from then on.
 *
 * @param wanted whether anybody is about to see them
 * @returns the history, and what asks for it again
 */
export function usePriceHistory(
  wanted: boolean,
  { summary, receivedAt }: MarketReading,
): {
  readonly history: PriceHistory;
  readonly load: () => void;
} {
  const [prices, setPrices] = useState<Prices>({ state: "loading", points: [], upTo: summary });
  // While rendering: an effect would cost a second frame for each entry.
  if (summary !== prices.upTo) {
    const point = receivedAt === null ? null : pricePoint(summary);
    const points = point === null ? prices.points : append(prices.points, point, POINTS);
    setPrices({ ...prices, points, upTo: summary });
  }
  const history = prices.state === "loaded" ? prices.points : prices.state === "failed" ? "failed" : null;
  const gapAt = lastGap(history);
  const load = useCallback(() => {
    setPrices((before) => (before.state === "failed" ? { ...before, state: "loading" } : before));
    fetchPoints().then(
      (loaded) =>
        setPrices((before) => ({ ...before, state: "loaded", points: followed(loaded, before.points) })),
      () => setPrices((before) => (before.state === "loaded" ? before : { ...before, state: "failed" })),
    );
  }, []);

  useEffect(() => {
    if (wanted) load();
  }, [wanted, load]);

  // Once a gap: where the server has nothing in between either, it stays.
  useEffect(() => {
    if (gapAt !== null) load();
  }, [gapAt, load]);

  return { history, load };
}

/** Both, where the second may begin before the first ends: points came while the others were on their way. */
function followed(points: readonly Point[], later: readonly Point[]): readonly Point[] {
  const end = points.at(-1)?.[0] ?? 0;
  return [...points, ...later.filter(([at]) => at > end)];
}

function pricePoint({ observed_at, btc_price_usd: price }: MarketSummary): Point | null {
  return observed_at === null || price === null ? null : [Date.parse(observed_at), price];
}

/** When a long silence ended, if what came after it is the last that came. */
function lastGap(history: PriceHistory): number | null {
  if (!Array.isArray(history)) return null;
  const [before, last] = [history.at(-2), history.at(-1)];
  return before && last && last[0] - before[0] > LONGEST_STEP_MS ? last[0] : null;
}

async function fetchPoints(): Promise<readonly Point[]> {
  const response = await fetch(ADDRESS, { signal: AbortSignal.timeout(REQUEST_LIMIT_MS) });
  if (!response.ok) throw new Error(`The history of prices could not be read: status ${response.status}`);
  const { points } = (await response.json()) as { readonly points: readonly Point[] };
  return points;
}
