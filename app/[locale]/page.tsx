import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SiteFrame } from "@/components/layout/site-frame";
import { HomeView } from "@/components/report/home-view";
import { pageMetadata } from "@/lib/seo/page-metadata";
import { getServices } from "@/lib/services";
import { readLocale } from "../read-locale";

export const revalidate = 300;

export async function generateMetadata({ params }: PageProps<"/[locale]">): Promise<Metadata> {
  const locale = await readLocale(params);
  const { environment } = await getServices();
  const t = await getTranslations("Site");
  return pageMetadata({
    siteUrl: environment.siteUrl,
    siteName: t("name"),
    locale,
    path: "/",
    title: `${t("name")} – ${t("tagline")}`,
    description: t("description"),
  });
}

export default async function Home({ params }: PageProps<"/[locale]">) {
  const locale = await readLocale(params);
  const { reports, sampleData } = await getServices();
  const [latest, recent] = await Promise.all([reports.latest(locale), reports.recent(RECENT + 1, locale)]);
  return (
    <SiteFrame path="/" sampleData={sampleData}>
      <HomeView latest={latest} recent={recent.filter(({ id }) => id !== latest?.id).slice(0, RECENT)} />
    </SiteFrame>
  );
}

const RECENT = 6;
