import { apiRoute, jsonResponse, otherMethods } from "@/lib/http/api-route";
import { getServices } from "@/lib/services";

export const dynamic = "force-dynamic";

/** Readiness: 200 when visitors may be sent here, else 503; each dependency with what is known of it. */
export const GET = apiRoute(async () => {
  const { observability } = await getServices();
  const { ready, ...health } = observability.health();
  return jsonResponse(health, ready ? 200 : 503);
});

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
