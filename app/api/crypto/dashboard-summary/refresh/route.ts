import { apiRoute, otherMethods } from "@/lib/http/api-route";
import { currentRequest } from "@/lib/request-context";
import { getServices } from "@/lib/services";

export const dynamic = "force-dynamic";

/** Reads the stream to its end, and answers with what is the latest snapshot then. */
const refresh = apiRoute(async () => {
  const { market, refreshes } = await getServices();
  // Without the entry (`next dev`) nobody knows who asks, and all share one count.
  refreshes.check(currentRequest()?.address ?? "unknown");
  await market.reread();
  return new Response(market.summary().body, {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
});

const other = otherMethods("GET", "HEAD", "POST");

export { other as DELETE, other as OPTIONS, other as PATCH, other as PUT, refresh as GET, refresh as POST };
