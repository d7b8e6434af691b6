import { apiRoute, jsonResponse, refuseMethod } from "@/lib/http/api-route";
import { getServices } from "@/lib/services";

export const dynamic = "force-dynamic";

/** Readiness: 200 when visitors may be sent here, else 503; each dependency with what is known of it. */
export const GET = apiRoute(async () => {
  const { observability } = await getServices();
  const { ready, ...health } = observability.health();
  return jsonResponse(health, ready ? 200 : 503);
});

const refuse = refuseMethod("GET", "HEAD");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
