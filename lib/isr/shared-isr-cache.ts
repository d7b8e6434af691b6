import type { IsrCache } from "./isr-cache";

// Next loads the handler apart from its routes and from the production entry: what they share hangs on
// `globalThis`.
const KEY = Symbol.for("web-server-report.isr-cache");
const store = globalThis as { [KEY]?: IsrCache };

/** Called when the site starts, before Next serves anything; with `undefined` when it stops. */
export function shareIsrCache(pageCache: IsrCache | undefined): void {
  if (pageCache) store[KEY] = pageCache;
  else delete store[KEY];
}

/** @returns `undefined` where the site was not started, as in `next build` */
export function sharedIsrCache(): IsrCache | undefined {
  return store[KEY];
}
