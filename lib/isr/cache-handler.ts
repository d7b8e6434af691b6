/**
 * The class in `cacheHandler` of next.config.mjs. Loaded by Next's server, not bundled with the routes: the
 * build compiles it to `.build/cache-handler.js`.
 */
import type {
  CacheHandler,
  CacheHandlerContext,
  CacheHandlerValue,
} from "next/dist/server/lib/incremental-cache";
import { createTieredCache } from "../cache";
import { log } from "../log";
import { readBuildSeed } from "./build-seed";
import { createIsrCache, type IsrCache } from "./isr-cache";
import { type CacheControl, type NextValue, nextValue } from "./next-values";
import { sharedIsrCache } from "./shared-isr-cache";

type Get = Parameters<CacheHandler["get"]>;
type Set = Parameters<CacheHandler["set"]>;

let notStarted: IsrCache | undefined;

/** Where the site was not started, as in `next build`: one in memory that connects to nothing. */
function isrCache(): IsrCache {
  const shared = sharedIsrCache();
  if (shared) return shared;
  notStarted ??= createIsrCache({
    cache: createTieredCache(),
    namespace: "not-started",
    tagsOf: () => [],
    outdatedReadAt: () => Number.NEGATIVE_INFINITY,
  });
  return notStarted;
}

/**
 * Next constructs one for each request, and further ones: everything lives in the shared page cache. What
 * goes wrong here is logged and otherwise a miss; an error thrown at Next would be the visitor's 500.
 */
export default class SiteCacheHandler implements CacheHandler {
  readonly #context: CacheHandlerContext;

  constructor(context: CacheHandlerContext) {
    this.#context = context;
  }

  async get(key: Get[0], context: Get[1]): Promise<CacheHandlerValue | null> {
    try {
      const { kind } = context;
      if (kind !== "APP_PAGE" && kind !== "APP_ROUTE") return null;
      const seed = () => readBuildSeed(key, { ...context, kind }, this.#context);
      // `nextValue` has the types of Next as far as they are used here.
      return (await isrCache().get(key, this, seed)) as CacheHandlerValue | null;
    } catch (error) {
      log.error("a page could not be read from the cache", { key, error });
      return null;
    }
  }

  async set(key: Set[0], data: Set[1], context: Set[2]): Promise<void> {
    try {
      // Kinds that are not kept here: fetches, images, and pages of a `pages` directory.
      if (!nextValue.safeParse(data).success) return;
      if (!("cacheControl" in context) || !context.cacheControl) return;
      // Not the parsed copy: whether it is the very object that `get` gave tells of a failed render.
      isrCache().set(key, data as NextValue, context.cacheControl as CacheControl, this);
    } catch (error) {
      log.error("a page could not be cached", { key, error });
    }
  }

  /** @param durations of the profile that `revalidateTag` was called with; `expire` in seconds */
  async revalidateTag(tags: string | string[], durations?: { expire?: number }): Promise<void> {
    const expire = durations === undefined ? 0 : (durations.expire ?? Number.POSITIVE_INFINITY);
    await isrCache().revalidateTags(typeof tags === "string" ? [tags] : tags, expire);
  }

  resetRequestCache(): void {}
}
