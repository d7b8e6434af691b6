import type { Liveness } from "@/lib/api/schemas";
import { jsonResponse, refuseMethod } from "@/lib/http/api-route";

export const dynamic = "force-dynamic";

/** The process is up. Touches nothing. */
export const GET = () => jsonResponse({ status: "ok" } satisfies Liveness);

const refuse = refuseMethod("GET", "HEAD");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
