import { apiRoute, refuseMethod } from "@/lib/http/api-route";
import { parsePageNumber } from "@/lib/reports/report";
import { sitemapFile } from "../../sitemap-response";

export const dynamic = "force-dynamic";

export const GET = apiRoute(async (_request, { params }: RouteContext<"/sitemaps/[part]">) =>
  sitemapFile(parsePageNumber((await params).part)),
);

const refuse = refuseMethod("GET", "HEAD");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
