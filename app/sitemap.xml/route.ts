import { apiRoute, otherMethods } from "@/lib/http/api-route";
import { sitemapRoot } from "../sitemap-response";

export const dynamic = "force-dynamic";

export const GET = apiRoute(sitemapRoot);

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
