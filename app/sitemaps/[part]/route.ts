import { notFound } from "next/navigation";
import { refuseMethod } from "@/lib/http/api-route";
import { parsePageNumber } from "@/lib/reports/report";
import { sitemapFile } from "../../sitemap-response";

export const dynamic = "force-dynamic";

export async function GET(
  _request: Request,
  { params }: RouteContext<"/sitemaps/[part]">,
): Promise<Response> {
  return sitemapFile(parsePageNumber((await params).part) ?? notFound());
}

const refuse = refuseMethod("GET", "HEAD");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
