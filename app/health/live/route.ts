import type { Liveness } from "@/lib/api/schemas";
import { jsonResponse, otherMethods } from "@/lib/http/api-route";

export const dynamic = "force-dynamic";

/** The process is up. Touches nothing. */
export const GET = () => jsonResponse({ status: "ok" } satisfies Liveness);

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
