import { apiRoute, otherMethods } from "@/lib/http/api-route";
import { matchesTag } from "@/lib/http/entity-tag";
import { getServices } from "@/lib/services";

export const dynamic = "force-dynamic";

/**
 * A shared cache may hand it out for a second, and for two more while it asks anew. By so much the age in
 * the body may be short: it is the age at the moment that `Date` names, `Age` says what came on top, and
 * `observed_at` does not depend on either.
 */
const CACHE_CONTROL = "public, max-age=0, s-maxage=1, stale-while-revalidate=2";

/** The latest snapshot of the market. */
export const GET = apiRoute(async (request) => {
  const { body, tag } = (await getServices()).market.summary();
  const headers = { "cache-control": CACHE_CONTROL, etag: tag };
  if (matchesTag(request.headers.get("if-none-match"), tag))
    return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { "content-type": "application/json", ...headers } });
});

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
