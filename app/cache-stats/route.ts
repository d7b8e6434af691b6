import type { CacheStatistics } from "@/lib/api/schemas-of-caches";
import { parseKey } from "@/lib/cache/keys";
import { InvalidCacheKeyError } from "@/lib/errors";
import { jsonResponse, otherMethods } from "@/lib/http/api-route";
import { cacheReport } from "@/lib/observability/cache-report";
import { authorized } from "../authorized";

export const dynamic = "force-dynamic";

/** What the cache of this process counted; with `?key=`, why that key is fresh, stale or missing. */
export const GET = authorized(async (request, { cache, observability }) => {
  const keys = new URL(request.url).searchParams.getAll("key");
  if (keys.length === 0) {
    const pages = observability.metrics.pages.current() ?? null;
    const report: CacheStatistics = { ...cacheReport(cache.stats(), observability.startedAt), pages };
    return jsonResponse(report);
  }
  const key = keys.length === 1 ? parseKey(keys[0] ?? "") : null;
  if (key === null) throw new InvalidCacheKeyError();
  return jsonResponse(await cache.explain(key));
});

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
