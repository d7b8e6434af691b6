import { useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

/** What makes drawn charts look wrong until they are drawn again. */
export interface DisplayState {
  readonly printing: boolean;
  readonly reducedMotion: boolean;
  /** Grows whenever colours or fonts may have changed. */
  readonly revision: number;
}

const SERVER: DisplayState = { printing: false, reducedMotion: false, revision: 0 };

let state = SERVER;
let stopWatching: (() => void) | null = null;
const subscribers = new Set<() => void>();

function publish(change: Partial<DisplayState>): void {
  state = { ...state, ...change, revision: state.revision + 1 };
  for (const notify of subscribers) notify();
}

// One set of listeners for all charts of a page, present while there is a chart.
function watch(): () => void {
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const redraw = () => publish({});

  const theme = new MutationObserver(redraw);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", redraw, options);
  }
  document.fonts.addEventListener("loadingdone", redraw, options);

  const motion = matchMedia("(prefers-reduced-motion: reduce)");
  state = { ...state, reducedMotion: motion.matches };
  motion.addEventListener("change", () => publish({ reducedMotion: motion.matches }), options);

  // The browser lays out the paper as soon as these handlers return, so the charts must be in place.
  window.addEventListener("beforeprint", () => flushSync(() => publish({ printing: true })), options);
  window.addEventListener("afterprint", () => flushSync(() => publish({ printing: false })), options);

  return () => {
    theme.disconnect();
    controller.abort();
  };
}

function subscribe(notify: () => void): () => void {
  subscribers.add(notify);
  stopWatching ??= watch();
  return () => {
    subscribers.delete(notify);
    if (subscribers.size > 0) return;
    stopWatching?.();
    stopWatching = null;
  };
}

/** Theme, fonts, motion and printing as one value, shared by all charts of the page. */
export function useDisplayState(): DisplayState {
  return useSyncExternalStore(
    subscribe,
    () => state,
    () => SERVER,
  );
}
