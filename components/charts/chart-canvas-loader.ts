import { useSyncExternalStore } from "react";

type ChartCanvas = typeof import("./chart-canvas").ChartCanvas;

/**
 * The component that draws, once its chunk (the one with Chart.js) has arrived; "unavailable" when it
 * could not be fetched. Kept here rather than in `React.lazy`, which suspends even when the chunk is
 * there: `beforeprint` must be able to draw synchronously.
 */
export type LoadedCanvas = ChartCanvas | "unavailable" | null;

let loaded: LoadedCanvas = null;
let loading: Promise<void> | null = null;
const subscribers = new Set<() => void>();

function settle(result: LoadedCanvas): void {
  loaded = result;
  for (const notify of subscribers) notify();
}

/** Fetches the chunk unless it is there or on its way. A failed attempt may be repeated. */
export function loadChartCanvas(): Promise<void> {
  loading ??= import("./chart-canvas").then(
    (chunk) => settle(chunk.ChartCanvas),
    () => {
      loading = null;
      settle("unavailable");
    },
  );
  return loading;
}

/** Fetches the chunk when the page has loaded and the browser has nothing better to do. */
export function prefetchChartCanvas(): void {
  if (document.readyState === "complete") whenIdle(loadChartCanvas);
  else window.addEventListener("load", () => whenIdle(loadChartCanvas), { once: true });
}

function whenIdle(task: () => void): void {
  // Safari has no requestIdleCallback.
  if ("requestIdleCallback" in window) requestIdleCallback(task, { timeout: 5_000 });
  else setTimeout(task, 1_000);
}

function subscribe(notify: () => void): () => void {
  subscribers.add(notify);
  return () => subscribers.delete(notify);
}

export function useChartCanvas(): LoadedCanvas {
  return useSyncExternalStore(
    subscribe,
    () => loaded,
    () => null,
  );
}
