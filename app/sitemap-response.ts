import { NotFoundError } from "@/lib/errors";
import { REPORTS_PER_SITEMAP, sitemapCount, sitemapIndexXml, sitemapXml } from "@/lib/seo/sitemap";
import { getServices } from "@/lib/services";

/** `/sitemap.xml`: all URLs, or an index of several files where one may not hold them. */
export async function sitemapRoot(): Promise<Response> {
  const { reports, environment } = await getServices();
  const files = sitemapCount(await reports.count());
  return files === 1 ? sitemapFile(1) : xmlResponse(sitemapIndexXml(environment.siteUrl, files));
}

/**
 * One file of the sitemap.
 *
 * @param number counted from 1; null for what is no number
 * @throws NotFoundError
 */
export async function sitemapFile(number: number | null): Promise<Response> {
  const { reports, environment } = await getServices();
  if (number === null || number > sitemapCount(await reports.count())) {
    throw new NotFoundError("The sitemap has no such part; /sitemap.xml names those that it has");
  }
  const [references, newest] = await Promise.all([
    reports.references({ offset: (number - 1) * REPORTS_PER_SITEMAP, limit: REPORTS_PER_SITEMAP }),
    number === 1 ? reports.recent(1, "vi") : [],
  ]);
  return xmlResponse(sitemapXml(environment.siteUrl, references, newest[0]?.createdAt ?? null));
}

function xmlResponse(xml: string): Response {
  return new Response(xml, {
    headers: {
      "content-type": "application/xml; charset=utf-8",
      // Kept by the page cache until reports change; browsers ask each time.
      "cache-control": "public, max-age=0, s-maxage=300, stale-while-revalidate=86400",
    },
  });
}
