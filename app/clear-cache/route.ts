import type { CacheCleared } from "@/lib/api/schemas";
import { jsonResponse, otherMethods } from "@/lib/http/api-route";
import { log } from "@/lib/log";
import { authorized } from "../authorized";

export const dynamic = "force-dynamic";

/**
 * Empties both tiers on every instance, pages included. 202 when Redis did not take it: done here, and
 * repeated until the other instances are told.
 */
export const POST = authorized(async (_request, { cache }) => {
  const { entries, bytes } = cache.stats().memory;
  const delivery = await cache.clear();
  log.info("the cache was cleared on demand", { entries, bytes, delivery });
  const answer: CacheCleared = { cleared: true, delivery, memory: { entries, bytes } };
  return jsonResponse(answer, delivery === "queued" ? 202 : 200);
});

const other = otherMethods("POST");

export { other as DELETE, other as GET, other as HEAD, other as OPTIONS, other as PATCH, other as PUT };
