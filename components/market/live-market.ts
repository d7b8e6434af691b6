import type { MarketSummary } from "@/lib/market/summary";
import { createMarketFeed, type FeedBrowser } from "./market-feed";
import { compareReadings, type Reading } from "./reading";

/**
 * - `connecting`: at the start. `live`: each entry comes as it is published. `polling`: asked for every few
 *   seconds, where events do not get through.
 * - `reconnecting`: neither works at present, and it is tried again. `offline`: the browser has no network.
 *   `paused`: the page is hidden.
 */
export type Connection = "connecting" | "live" | "polling" | "reconnecting" | "offline" | "paused";

export interface LiveState {
  readonly connection: Connection;
  /** The newest summary that came; null before the first. */
  readonly summary: MarketSummary | null;
  /** When it came, on the monotonic clock (`performance.now()`); its age then was `summary.age_seconds`. */
  readonly receivedAt: number;
}

/** The market as this page knows it. */
export interface LiveMarket {
  /**
   * Connects while there is a subscriber; ends a moment after the last has gone.
   *
   * @param listener called at most once a frame, after something changed
   * @returns ends the subscription
   */
  subscribe(listener: () => void): () => void;
  /** The same object until something changed. */
  state(): LiveState;
}

interface PageEvents {
  addEventListener(type: string, listener: () => void, options: { readonly signal: AbortSignal }): void;
}

/** What is used of a browser's `window`, and not before somebody subscribes. */
export interface LiveMarketOptions extends FeedBrowser, PageEvents {
  readonly document: PageEvents & { readonly visibilityState: DocumentVisibilityState };
  readonly navigator: { readonly onLine: boolean };
  requestAnimationFrame(callback: () => void): number;
  cancelAnimationFrame(handle: number): void;
}

/** Going from one page of the site to another keeps the connection. Milliseconds. */
const LINGER_MS = 1_000;

export function createLiveMarket(browser: LiveMarketOptions): LiveMarket {
  const listeners = new Set<() => void>();
  let state: LiveState = { connection: "connecting", summary: null, receivedAt: 0 };
  let latest: Reading | undefined;
  /** 0: nothing is to be told. */
  let frame = 0;
  let ending: ReturnType<typeof setTimeout> | undefined;
  /** Ends listening to the page; undefined while there is nobody to connect for. */
  let page: AbortController | undefined;
  let isRunning = false;
  /** The page was left, and may be kept for the way back. */
  let isLeft = false;

  const feed = createMarketFeed(browser, {
    received(reading) {
      const order = latest === undefined ? 1 : compareReadings(reading, latest);
      // The same entry again may have become stale meanwhile.
      if (order >= 0) {
        latest = reading;
        change({ summary: reading.summary, receivedAt: reading.receivedAt });
      }
      return order > 0;
    },
    connection: setConnection,
  });

  function setConnection(connection: Connection): void {
    if (connection !== state.connection) change({ connection });
  }

  function change(part: Partial<LiveState>): void {
    state = { ...state, ...part };
    if (listeners.size > 0) frame ||= browser.requestAnimationFrame(tell);
  }

  function tell(): void {
    frame = 0;
    for (const listener of listeners) listener();
  }

  /** Connects, or ends that: a browser has six connections a host, and hidden pages must hold none of them. */
  function adapt(): void {
    const isHidden = isLeft || browser.document.visibilityState === "hidden";
    const obstacle = isHidden ? "paused" : browser.navigator.onLine ? undefined : "offline";
    if (obstacle !== undefined) {
      stop();
      setConnection(obstacle);
    } else if (!isRunning) {
      isRunning = true;
      feed.start();
    }
  }

  function stop(): void {
    isRunning = false;
    feed.stop();
  }

  function open(): void {
    page = new AbortController();
    const { signal } = page;
    const on = (target: PageEvents, type: string, prepare?: () => void) => {
      const react = () => {
        prepare?.();
        adapt();
      };
      target.addEventListener(type, react, { signal });
    };
    on(browser.document, "visibilitychange");
    on(browser, "offline");
    on(browser, "online", () => {
      stop();
      feed.forget();
    });
    on(browser, "pagehide", () => {
      isLeft = true;
    });
    on(browser, "pageshow", () => {
      isLeft = false;
    });
    isLeft = false;
    adapt();
  }

  function close(): void {
    page?.abort();
    page = undefined;
    stop();
    setConnection("connecting");
  }

  return {
    subscribe(listener) {
      const told = () => listener();
      listeners.add(told);
      clearTimeout(ending);
      if (page === undefined) open();
      return () => {
        if (!listeners.delete(told) || listeners.size > 0) return;
        browser.cancelAnimationFrame(frame);
        frame = 0;
        ending = setTimeout(close, LINGER_MS);
      };
    },
    state: () => state,
  };
}

let ofThisPage: LiveMarket | undefined;

/** The one of this page. Rendering on the server may ask it for its state, which there never changes. */
export function browserMarket(): LiveMarket {
  ofThisPage ??= createLiveMarket(globalThis);
  return ofThisPage;
}
