import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
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

const subscribe = (listener: () => void) => browserMarket().subscribe(listener);
const readState = () => browserMarket().state();
const ignore = () => () => {};
const readNothing = (): LiveState | null => null;

/** @param initial that of the page, which may be older than the page looks: pages are kept */
export function useMarket(initial: MarketSummary): MarketReading {
  return readingOf(useSyncExternalStore(subscribe, readState, readNothing), initial);
}

/**
 * As `useMarket`, for figures that rest while they are out of sight: who reads a report is far below the market most
 * of the time, and need not pay for it. Something else on the page holds the connection.
 */
export function useMarketInSight(initial: MarketSummary, host: RefObject<Element | null>): MarketReading {
  const isInSight = useInSight(host);
  const seen = useRef<LiveState | null>(null);
  const state = useSyncExternalStore(
    isInSight ? subscribe : ignore,
    isInSight ? readState : () => seen.current,
    readNothing,
  );
  useEffect(() => {
    seen.current = state;
  }, [state]);
  return readingOf(state, initial);
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
