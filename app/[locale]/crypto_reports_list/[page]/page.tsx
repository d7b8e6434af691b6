import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { SiteFrame } from "@/components/layout/site-frame";
import { ListView } from "@/components/report/list-view";
import { listPath } from "@/components/report/pagination-nav";
import { parsePageNumber } from "@/lib/reports/report";
import { pageMetadata } from "@/lib/seo/page-metadata";
import { getServices } from "@/lib/services";
import { readLocale } from "../../../read-locale";

export const revalidate = 300;

export function generateStaticParams() {
  return [];
}

type Props = PageProps<"/[locale]/crypto_reports_list/[page]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const locale = await readLocale(params);
  const page = parsePageNumber((await params).page) ?? notFound();
  const { environment } = await getServices();
  const t = await getTranslations("List");
  const site = await getTranslations("Site");
  const title = page === 1 ? t("title") : t("titleWithPage", { page });
  return pageMetadata({
    siteUrl: environment.siteUrl,
    siteName: site("name"),
    locale,
    path: listPath(page),
    title: `${title} | ${site("name")}`,
    description: t("description"),
  });
}

/** A page of the list. Visitors see `?page=N`, which lib/i18n/route-request.ts turns into this path. */
export default async function ReportsList({ params }: Props) {
  const locale = await readLocale(params);
  const page = parsePageNumber((await params).page) ?? notFound();
  const { reports, sampleData } = await getServices();
  const found = (await reports.page(page, locale)) ?? notFound();
  return (
    <SiteFrame path={listPath(page)} sampleData={sampleData}>
      <ListView list={found} />
    </SiteFrame>
  );
}
