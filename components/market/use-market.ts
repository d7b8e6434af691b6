import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
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

/**
 * The newest summary in which one of the named values was another one. It rests while it is out of sight: who reads a
 * report is far below the market most of the time, and need not pay for it. Something else on the page holds the connection.
 */
export function useValuesInSight(
  initial: MarketSummary,
  names: readonly (keyof MarketSummary)[],
  host: RefObject<Element | null>,
): MarketSummary {
  const [shown, setShown] = useState(initial);
  const show = ({ summary }: LiveState) => {
    if (summary !== null && names.some((name) => summary[name] !== shown[name])) setShown(summary);
  };
  useMarketEffect(show, useInSight(host));
  return shown;
}

/** Younger figures need no age: their time says it. */
const AGE_TOLD_MS = 20_000;

export interface Standing extends MarketReading {
  /** The age of what is shown, in milliseconds; null on the server, and where nothing is known. */
  readonly ageMs: number | null;
}

/**
 * How the figures come and how old they are. Rendered where another thing is to be said of them, and by the second
 * once their age is told: not with each entry.
 *
 * @param staleMs beyond this age figures are stale
 */
export function useStanding(initial: MarketSummary, staleMs: number): Standing {
  const [state, setState] = useState<LiveState | null>(null);
  const reading = readingOf(state, initial);
  const ageMs = ageOf(reading);
  const isOld = (age: number | null) => isAgeTold(age) || (age ?? 0) > staleMs;
  const isOldNow = () => isOld(ageOf(readingOf(browserMarket().state(), initial)));
  useMarketEffect((now) => {
    if (state === null || !isSameStanding(state, now) || isOldNow() !== isOld(ageMs)) setState(now);
  });
  const isRunning = state !== null;
  // Another object each time, since time has passed also where nothing came.
  const tick = useEffectEvent(() => isOldNow() && setState({ ...browserMarket().state() }));
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return { ...reading, ageMs };
}

/** Whether figures of that age are told with it. */
export function isAgeTold(ageMs: number | null): ageMs is number {
  return ageMs !== null && ageMs >= AGE_TOLD_MS;
}

/**
 * For a figure that each entry changes: it is written into the page itself, which takes a fraction of what it takes React
 * to render it. React goes on to render the first value, so nothing of what it renders is another one meanwhile.
 *
 * @param read what is shown; null is unknown
 * @param write puts it into the host
 * @param isFollowed false while it rests
 * @returns what is to be rendered: another value only where the figure becomes known or unknown
 */
export function useWritten<Value extends number | string, Host extends Element>(
  initial: MarketSummary,
  read: (summary: MarketSummary) => Value | null,
  write: (host: Host, value: Value) => void,
  isFollowed = true,
): { readonly host: RefObject<Host | null>; readonly value: Value | null } {
  const host = useRef<Host>(null);
  const [value, render] = useState(() => read(initial));
  const show = ({ summary }: LiveState) => {
    if (summary === null) return;
    const now = read(summary);
    if (now !== null && host.current !== null) write(host.current, now);
    else if (now !== value) render(now);
  };
  useMarketEffect(show, isFollowed);
  return { host, value };
}

/** Replaces what an element says. */
export function setText(element: Element, text: string): void {
  const { firstChild } = element;
  // A browser that translates the page has put elements in the place of the text.
  if (!(firstChild instanceof Text)) element.textContent = text;
  else if (firstChild.nodeValue !== text) firstChild.nodeValue = text;
}

/**
 * Calls `show` with the newest state that is known, before the component is painted, and with each that comes from then on.
 *
 * @param show another one is called anew: it must do nothing where what it shows is of that state
 */
export function useMarketEffect(show: (state: LiveState) => void, isFollowed = true): void {
  // Before it is painted: who comes from another page of the site sees no older figures first.
  useLayoutEffect(() => {
    if (!isFollowed) return;
    show(browserMarket().state());
    return follow(show);
  }, [show, isFollowed]);
}

const followers = new Set<(state: LiveState) => void>();
let unsubscribe: (() => void) | undefined;

/**
 * All followers show an entry in one rendering, within the frame that it was told in. `useSyncExternalStore` does so, too,
 * and has an effect afterwards in each component, for which React takes another turn with each entry.
 */
function follow(follower: (state: LiveState) => void): () => void {
  followers.add(follower);
  unsubscribe ??= browserMarket().subscribe(() => {
    const state = browserMarket().state();
    flushSync(() => {
      for (const each of followers) each(state);
    });
  });
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

/** Whether the same is to be said of the figures of both: that of stale ones names their time. */
function isSameStanding(one: LiveState, other: LiveState): boolean {
  if (one.connection !== other.connection) return false;
  if (one.summary === other.summary) return true;
  if (one.summary === null || other.summary === null) return false;
  return (
    one.summary.source === other.summary.source &&
    one.summary.interrupted === other.summary.interrupted &&
    !one.summary.stale &&
    !other.summary.stale &&
    one.summary.observed_at !== null &&
    other.summary.observed_at !== null
  );
}

function ageOf({ summary, connection, receivedAt }: MarketReading): number | null {
  if (connection === null || summary.age_seconds === null || summary.observed_at === null) return null;
  // The server's word for its age, so that a visitor's wrong clock makes nothing old or new.
  if (receivedAt !== null) return summary.age_seconds * 1_000 + (performance.now() - receivedAt);
  return Math.max(summary.age_seconds * 1_000, Date.now() - Date.parse(summary.observed_at));
}
