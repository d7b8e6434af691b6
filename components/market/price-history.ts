import { useCallback, useEffect, useRef, useState } from "react";
import type { Point } from "@/lib/market/lttb";
import { append, priceOf } from "./recent-prices";
import { useMarketEffect } from "./use-market";

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
}

/**
 * Prices of Bitcoin in USD, oldest first: those of the server, and those that come from then on.
 *
 * @param wanted whether anybody is about to see them
 * @param draw shows points, of which the last is another one than before; false where they have to be rendered
 */
export function usePriceHistory(
  wanted: boolean,
  draw: (points: readonly Point[]) => boolean,
): {
  /** As it was rendered last. */
  readonly history: PriceHistory;
  /** Asks for it again. */
  readonly load: () => void;
  /** Renders what was drawn since. */
  readonly renew: () => void;
} {
  const [prices, setPrices] = useState<Prices>({ state: "loading", points: [] });
  const newest = useRef(prices);
  const renew = useCallback(() => setPrices(newest.current), []);
  const change = useCallback((part: Partial<Prices>) => {
    newest.current = { ...newest.current, ...part };
  }, []);
  useMarketEffect(({ summary }) => {
    const { state, points: before } = newest.current;
    const point = priceOf(summary, "btc");
    const points = point === null ? before : append(before, point, POINTS);
    if (points === before) return;
    change({ points });
    if (state !== "loaded" || lastGap(points) !== null || !draw(points)) renew();
  });
  const history = prices.state === "loaded" ? prices.points : prices.state === "failed" ? "failed" : null;
  const gapAt = lastGap(history);
  const load = useCallback(() => {
    if (newest.current.state === "failed") change({ state: "loading" });
    renew();
    fetchPoints()
      .then(
        (loaded) => change({ state: "loaded", points: followed(loaded, newest.current.points) }),
        () => newest.current.state !== "loaded" && change({ state: "failed" }),
      )
      .then(renew);
  }, [change, renew]);

  useEffect(() => {
    if (wanted) load();
  }, [wanted, load]);

  // Once a gap: where the server has nothing in between either, it stays.
  useEffect(() => {
    if (gapAt !== null) load();
  }, [gapAt, load]);

  return { history, load, renew };
}

/** Both, where the second may begin before the first ends: points came while the others were on their way. */
function followed(points: readonly Point[], later: readonly Point[]): readonly Point[] {
  const end = points.at(-1)?.[0] ?? 0;
  return [...points, ...later.filter(([at]) => at > end)];
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
