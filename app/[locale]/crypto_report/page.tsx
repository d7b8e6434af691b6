import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { HomePage } from "../../home-page";
import { readLocale } from "../../read-locale";
import { latestReport } from "../../report-data";
import { ReportPage, reportMetadata } from "../../report-page";

export const revalidate = 300;

export async function generateMetadata({ params }: PageProps<"/[locale]/crypto_report">): Promise<Metadata> {
  const locale = await readLocale(params);
  const report = await latestReport(locale);
  if (report) return reportMetadata(report, locale);
  const t = await getTranslations("Home");
  return { title: t("latest"), robots: { index: false } };
}

/** The latest report. Its canonical address is that of the report itself. */
export default async function LatestReport({ params }: PageProps<"/[locale]/crypto_report">) {
  const locale = await readLocale(params);
  const report = await latestReport(locale);
  if (report) return <ReportPage report={report} locale={locale} path="/crypto_report" />;
  return <HomePage latest={null} recent={[]} path="/crypto_report" />;
}
