import { useCallback, useEffect, useState } from "react";
import type { Point } from "@/lib/market/lttb";
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

/**
 * Prices of Bitcoin in USD, oldest first: those of the server, and those that come from then on.
 *
 * @param wanted whether anybody is about to see them
 * @returns the history, and what asks for it again
 */
export function usePriceHistory(wanted: boolean, { summary, receivedAt }: MarketReading) {
  const [history, setHistory] = useState<PriceHistory>(null);
  const [attempt, setAttempt] = useState(0);
  const again = useCallback(() => setAttempt((before) => before + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another request
  useEffect(() => {
    if (!wanted) return;
    const end = new AbortController();
    setHistory((before) => (before === "failed" ? null : before));
    fetchPoints(AbortSignal.any([end.signal, AbortSignal.timeout(REQUEST_LIMIT_MS)])).then(setHistory, () => {
      if (!end.signal.aborted) setHistory((before) => before ?? "failed");
    });
    return () => end.abort();
  }, [wanted, attempt]);

  useEffect(() => {
    const { observed_at, btc_price_usd: price } = summary;
    if (receivedAt === null || observed_at === null || price === null) return;
    const at = Date.parse(observed_at);
    setHistory((before) => {
      if (before === null || before === "failed") return before;
      const last = before.at(-1)?.[0];
      if (last !== undefined && at - last > LONGEST_STEP_MS) again();
      return append(before, [at, price], POINTS);
    });
  }, [summary, receivedAt, again]);

  return { history, again };
}

async function fetchPoints(signal: AbortSignal): Promise<readonly Point[]> {
  const response = await fetch(ADDRESS, { signal });
  if (!response.ok) throw new Error(`The history of prices could not be read: status ${response.status}`);
  const { points } = (await response.json()) as { readonly points: readonly Point[] };
  return points;
}
