import { apiRoute } from "@/lib/http/api-route";
import { currentRequest } from "@/lib/request-context";
import { getServices, type Services } from "@/lib/services";

/** A route handler for those who know the secret; for the others a problem with the status that it is. */
export function authorized(handler: (request: Request, services: Services) => Promise<Response>) {
  return apiRoute(async (request) => {
    const services = await getServices();
    // Without the entry (`next dev`) nobody knows who asks, and all share one count of attempts.
    const address = currentRequest()?.address ?? "unknown";
    services.admin.check(request.headers.get("authorization"), address);
    return handler(request, services);
  });
}
