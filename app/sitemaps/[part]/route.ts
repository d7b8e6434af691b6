import { apiRoute, otherMethods } from "@/lib/http/api-route";
import { parsePageNumber } from "@/lib/reports/report";
import { sitemapFile } from "../../sitemap-response";

export const dynamic = "force-dynamic";

export const GET = apiRoute(async (_request, { params }: RouteContext<"/sitemaps/[part]">) =>
  sitemapFile(parsePageNumber((await params).part)),
);

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
