import { createTieredCache } from "../cache";
import { createPageCache, type PageCache } from "./page-cache";

// Next loads the handler apart from its routes and from the production entry: what they share hangs on
// `globalThis`.
const KEY = Symbol.for("web-server-report.page-cache");
const store = globalThis as { [KEY]?: PageCache };

/** Called when the site starts, before Next serves anything; with `undefined` when it stops. */
export function sharePageCache(pageCache: PageCache | undefined): void {
  if (pageCache) store[KEY] = pageCache;
  else delete store[KEY];
}

/** Where the site was not started, as in `next build`: one in memory that connects to nothing. */
export function sharedPageCache(): PageCache {
  store[KEY] ??= createPageCache({
    cache: createTieredCache(),
    namespace: "not-started",
    tagsOf: () => [],
    outdatedReadAt: () => Number.NEGATIVE_INFINITY,
  });
  return store[KEY];
}
