import { Feed } from "feed";
import { getTranslations } from "next-intl/server";
import { formatDate } from "@/lib/i18n/format";
import { localizedPath } from "@/lib/i18n/routing";
import { getServices } from "@/lib/services";
import { readLocale } from "../../read-locale";
import { xmlText } from "./xml-text";

export const revalidate = 300;
export const dynamic = "force-static";

export function generateStaticParams() {
  return [];
}

const ENTRIES = 20;

export async function GET(
  _request: Request,
  { params }: RouteContext<"/[locale]/rss.xml">,
): Promise<Response> {
  const locale = await readLocale(params);
  const { reports, environment } = await getServices();
  const [site, report] = await Promise.all([
    getTranslations({ locale, namespace: "Site" }),
    getTranslations({ locale, namespace: "Report" }),
  ]);
  const address = (path: string) => environment.siteUrl + localizedPath(locale, path);
  const headlines = await reports.recent(ENTRIES, locale);
  const newest = headlines[0]?.createdAt;
  const feed = new Feed({
    id: address("/"),
    link: address("/"),
    title: site("name"),
    description: site("description"),
    language: locale,
    copyright: site("name"),
    feedLinks: { rss: address("/rss.xml") },
    ...(newest && { updated: newest }),
  });
  for (const { id, createdAt, title, summary } of headlines) {
    const link = address(`/crypto_report/${id}`);
    feed.addItem({
      id: link,
      link,
      title: xmlText(title ?? "") || report("fallbackTitle", { date: formatDate(locale, createdAt) }),
      description: xmlText(summary),
      date: createdAt,
    });
  }
  return new Response(feed.rss2(), { headers: { "content-type": "application/rss+xml; charset=utf-8" } });
}
