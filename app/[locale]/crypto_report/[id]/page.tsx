import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { Locale } from "@/lib/i18n/routing";
import { parseReportId, type RenderedReport } from "@/lib/reports/report";
import { readLocale } from "../../../read-locale";
import { reportById } from "../../../report-data";
import { ReportPage, reportMetadata } from "../../../report-page";

export const revalidate = 300;

export function generateStaticParams() {
  return [];
}

type Props = PageProps<"/[locale]/crypto_report/[id]">;

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { report, locale } = await load(props);
  return reportMetadata(report, locale);
}

export default async function ReportById(props: Props) {
  const { report, locale } = await load(props);
  return <ReportPage report={report} locale={locale} path={`/crypto_report/${report.id}`} />;
}

async function load({ params }: Props): Promise<{ report: RenderedReport; locale: Locale }> {
  const locale = await readLocale(params);
  const id = parseReportId((await params).id);
  const report = id === null ? null : await reportById(id, locale);
  if (report === null) notFound();
  return { report, locale };
}
