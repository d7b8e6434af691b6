import { sitemapRoot } from "../sitemap-response";

export const dynamic = "force-dynamic";

export const GET = () => sitemapRoot();
