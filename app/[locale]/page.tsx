import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageMetadata } from "@/lib/seo/page-metadata";
import { getServices } from "@/lib/services";
import { HomePage } from "../home-page";
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
  const { reports } = await getServices();
  const [latest, recent] = await Promise.all([reports.latest(locale), reports.recent(RECENT + 1, locale)]);
  const others = recent.filter(({ id }) => id !== latest?.id).slice(0, RECENT);
  return <HomePage latest={latest} recent={others} path="/" />;
}

const RECENT = 6;
