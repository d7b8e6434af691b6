import { apiRoute, otherMethods } from "@/lib/http/api-route";
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

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
