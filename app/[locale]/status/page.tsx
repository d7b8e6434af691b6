import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SiteFrame } from "@/components/layout/site-frame";
import { StatusView } from "@/components/status/status-view";
import { hitRates } from "@/lib/observability/cache-report";
import { pageMetadata } from "@/lib/seo/page-metadata";
import { getServices } from "@/lib/services";
import { readLocale } from "../../read-locale";

// What this process knows right now: kept, it would be shown as the state of another time or instance.
export const dynamic = "force-dynamic";

export async function generateMetadata({ params }: PageProps<"/[locale]/status">): Promise<Metadata> {
  const locale = await readLocale(params);
  const { environment } = await getServices();
  const [site, t] = await Promise.all([getTranslations("Site"), getTranslations("Status")]);
  const metadata = pageMetadata({
    siteUrl: environment.siteUrl,
    siteName: site("name"),
    locale,
    path: "/status",
    title: `${t("title")} | ${site("name")}`,
    description: t("description"),
  });
  return { ...metadata, robots: { index: false } };
}

export default async function Status({ params }: PageProps<"/[locale]/status">) {
  await readLocale(params);
  const { cache, observability, sampleData } = await getServices();
  const { status, checkedAt, dependencies } = observability.health();
  return (
    <SiteFrame path="/status" sampleData={sampleData}>
      <StatusView
        status={status}
        checkedAt={checkedAt}
        // The messages and details are for operators, in /health.
        dependencies={Object.entries(dependencies).map(([name, dependency]) => ({
          name,
          status: dependency.status,
          since: dependency.since,
          latencyMs: dependency.latencyMs,
        }))}
        hitRates={hitRates(cache.stats())}
        startedAt={observability.startedAt}
        newestReportAt={observability.newestReportAt()}
        now={new Date()}
      />
    </SiteFrame>
  );
}
