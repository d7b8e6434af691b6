import { apiRoute, refuseMethod } from "@/lib/http/api-route";
import { getServices } from "@/lib/services";

export const dynamic = "force-dynamic";

/** For Prometheus, in its text format. */
export const GET = apiRoute(async () => {
  const { registry } = (await getServices()).observability.metrics;
  return new Response(await registry.metrics(), {
    headers: { "content-type": registry.contentType, "cache-control": "no-store" },
  });
});

const refuse = refuseMethod("GET", "HEAD");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
