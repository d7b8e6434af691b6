import { refuseMethod } from "@/lib/http/api-route";
import { sitemapRoot } from "../sitemap-response";

export const dynamic = "force-dynamic";

export const GET = () => sitemapRoot();

const refuse = refuseMethod("GET", "HEAD");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
