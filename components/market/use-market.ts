import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import type { MarketSummary } from "@/lib/market/summary";
import { useInSight } from "../charts/near-screen";
import { browserMarket, type Connection, type LiveState } from "./live-market";

/** What a component shows: the newest summary that is known, and how it comes. */
export interface MarketReading {
  readonly summary: MarketSummary;
  /** Null on the server, and until the browser has taken the page over. */
  readonly connection: Connection | null;
  /** When the summary came, on the monotonic clock; null for that of the page. */
  readonly receivedAt: number | null;
}

/** @param initial that of the page, which may be older than the page looks: pages are kept */
export function useMarket(initial: MarketSummary): MarketReading {
  return readingOf(useLiveState(true), initial);
}

/**
 * As `useMarket`, for figures that rest while they are out of sight: who reads a report is far below the market most
 * of the time, and need not pay for it. Something else on the page holds the connection.
 */
export function useMarketInSight(initial: MarketSummary, host: RefObject<Element | null>): MarketReading {
  return readingOf(useLiveState(useInSight(host)), initial);
}

/** Null on the server, and until it was followed for the first time; then the last that was. */
function useLiveState(isFollowed: boolean): LiveState | null {
  const [state, setState] = useState<LiveState | null>(null);
  // Before it is painted: who comes from another page of the site sees no older figures first.
  useLayoutEffect(() => {
    if (!isFollowed) return;
    const show = () => setState(browserMarket().state());
    show();
    return follow(show);
  }, [isFollowed]);
  return state;
}

const followers = new Set<() => void>();
let unsubscribe: (() => void) | undefined;

/**
 * All followers show an entry in one rendering, within the frame that it was told in. `useSyncExternalStore` does so, too,
 * and has an effect afterwards in each component, for which React takes another turn with each entry.
 */
function follow(follower: () => void): () => void {
  followers.add(follower);
  unsubscribe ??= browserMarket().subscribe(() =>
    flushSync(() => {
      for (const each of followers) each();
    }),
  );
  return () => {
    followers.delete(follower);
    if (followers.size > 0) return;
    unsubscribe?.();
    unsubscribe = undefined;
  };
}

function readingOf(state: LiveState | null, initial: MarketSummary): MarketReading {
  const connection = state?.connection ?? null;
  if (state === null || state.summary === null) return { summary: initial, connection, receivedAt: null };
  return { summary: state.summary, connection, receivedAt: state.receivedAt };
}

/** The age of what is shown, in milliseconds, by the second; null on the server, and where nothing is known. */
export function useAge({ summary, connection, receivedAt }: MarketReading): number | null {
  const isRunning = connection !== null;
  const [, setTick] = useState(0);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setTick((tick) => tick + 1), 1_000);
    return () => clearInterval(timer);
  }, [isRunning]);
  if (!isRunning || summary.age_seconds === null || summary.observed_at === null) return null;
  // The server's word for its age, so that a visitor's wrong clock makes nothing old or new.
  if (receivedAt !== null) return summary.age_seconds * 1_000 + (performance.now() - receivedAt);
  return Math.max(summary.age_seconds * 1_000, Date.now() - Date.parse(summary.observed_at));
}
