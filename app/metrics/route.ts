import { apiRoute, refuseMethod } from "@/lib/http/api-route";
import { clusterMetrics } from "@/lib/process/cluster-metrics";
import { getServices } from "@/lib/services";

export const dynamic = "force-dynamic";

/** For Prometheus, in its text format: of all workers, whichever of them is asked. */
export const GET = apiRoute(async () => {
  const { registry } = (await getServices()).observability.metrics;
  return new Response(await clusterMetrics(registry), {
    headers: { "content-type": registry.contentType, "cache-control": "no-store" },
  });
});

const refuse = refuseMethod("GET", "HEAD");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
