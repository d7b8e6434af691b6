import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { JsonLd } from "@/components/layout/json-ld";
import { SiteFrame } from "@/components/layout/site-frame";
import { summaryOf } from "@/components/market/market-data";
import { MarketStrip } from "@/components/market/market-strip";
import { ReportView } from "@/components/report/report-view";
import { formatDate } from "@/lib/i18n/format";
import { type Locale, localizedPath } from "@/lib/i18n/routing";
import type { RenderedReport } from "@/lib/reports/report";
import { pageMetadata } from "@/lib/seo/page-metadata";
import { articleJsonLd, breadcrumbJsonLd } from "@/lib/seo/structured-data";
import { getServices } from "@/lib/services";

interface ReportPageProps {
  readonly report: RenderedReport;
  readonly locale: Locale;
  /** Path of this page without its language prefix. */
  readonly path: string;
}

/** A report's page, at its own address and as the latest one. */
export async function ReportPage({ report, locale, path }: ReportPageProps) {
  const { reports, market, sampleData, environment } = await getServices();
  const { newer, older } = await reports.neighbours(report.id, locale);
  const header = await getTranslations("Header");
  const { title, description, siteName, url, image } = await presentation(report, locale);
  return (
    <SiteFrame path={path} sampleData={sampleData}>
      <JsonLd
        data={[
          articleJsonLd({
            title,
            description,
            siteName,
            url,
            image,
            language: report.language,
            publishedAt: report.createdAt,
          }),
          breadcrumbJsonLd([
            { name: header("home"), url: environment.siteUrl + localizedPath(locale, "/") },
            {
              name: header("archive"),
              url: environment.siteUrl + localizedPath(locale, "/crypto_reports_list"),
            },
            { name: title, url },
          ]),
        ]}
      />
      <ReportView
        report={report}
        newer={newer}
        older={older}
        market={<MarketStrip summary={summaryOf(market)} staleSeconds={environment.marketStaleSeconds} />}
      />
    </SiteFrame>
  );
}

export async function reportMetadata(report: RenderedReport, locale: Locale): Promise<Metadata> {
  const { environment } = await getServices();
  const { title, description, siteName, image } = await presentation(report, locale);
  return pageMetadata({
    siteUrl: environment.siteUrl,
    siteName,
    locale,
    path: `/crypto_report/${report.id}`,
    title: `${title} | ${siteName}`,
    description,
    article: { publishedAt: report.createdAt, image },
  });
}

async function presentation(report: RenderedReport, locale: Locale) {
  const { environment } = await getServices();
  const site = await getTranslations("Site");
  const t = await getTranslations("Report");
  const url = environment.siteUrl + localizedPath(locale, `/crypto_report/${report.id}`);
  return {
    title: report.document.title ?? t("fallbackTitle", { date: formatDate(locale, report.createdAt) }),
    description: report.document.summary || site("description"),
    siteName: site("name"),
    url,
    image: `${url}/card.png`,
  };
}
