import { useSyncExternalStore } from "react";
import { onFirstInput } from "../layout/first-input";

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

/** How long a page waits for its reader to do something, in milliseconds. */
const UNUSED_MS = 10_000;

let prefetching = false;

/**
 * Fetches the chunk when the reader begins to use the page, or has looked at it for a while: not
 * while the page itself loads, and not for those who leave at once. One wait serves all charts.
 */
export function prefetchChartCanvas(): void {
  if (prefetching) return;
  prefetching = true;
  const ignoreInput = onFirstInput(fetchChunk, ["scroll", "pointermove"]);
  const timer = setTimeout(fetchChunk, UNUSED_MS);

  function fetchChunk(): void {
    ignoreInput();
    clearTimeout(timer);
    void loadChartCanvas();
  }
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
