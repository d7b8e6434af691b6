import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { formatDate } from "@/lib/i18n/format";
import { parseReportId } from "@/lib/reports/report";
import { getServices } from "@/lib/services";
import { readLocale } from "../../../../read-locale";
import { renderCard } from "../../../../render-card";
import { drawableText } from "./drawable-text";

export const revalidate = 3600;
export const dynamic = "force-static";

export function generateStaticParams() {
  return [];
}

type Context = RouteContext<"/[locale]/crypto_report/[id]/card.png">;

/** The picture that social networks show for a link to the report. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const locale = await readLocale(params);
  const id = parseReportId((await params).id);
  const { reports } = await getServices();
  const report = id === null ? null : await reports.headline(id, locale);
  if (report === null) notFound();
  const site = await getTranslations({ locale, namespace: "Site" });
  const t = await getTranslations({ locale, namespace: "Report" });
  const date = formatDate(locale, report.createdAt);
  return renderCard({
    siteName: site("name"),
    title: drawableText(report.title ?? "") || t("fallbackTitle", { date }),
    notes: [date, t("aiLabel")],
  });
}
