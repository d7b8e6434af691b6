import { SiteFrame } from "@/components/layout/site-frame";
import { MarketBoard } from "@/components/market/market-board";
import { summaryOf, trendsOf } from "@/components/market/market-data";
import { MarketStrip } from "@/components/market/market-strip";
import { HomeView } from "@/components/report/home-view";
import type { RenderedReport, ReportHeadline } from "@/lib/reports/report";
import { getServices } from "@/lib/services";

interface HomePageProps {
  /** Null when there is no report yet. */
  readonly latest: RenderedReport | null;
  readonly recent: readonly ReportHeadline[];
  /** Path of this page without its language prefix. */
  readonly path: string;
}

/** Reports and the market; also in the place of the latest report while there is none. */
export async function HomePage({ latest, recent, path }: HomePageProps) {
  const { market, sampleData, environment } = await getServices();
  const summary = summaryOf(market);
  return (
    <SiteFrame path={path} sampleData={sampleData}>
      <HomeView
        latest={latest}
        recent={recent}
        market={<MarketStrip summary={summary} staleSeconds={environment.marketStaleSeconds} />}
        board={<MarketBoard summary={summary} trends={trendsOf(market)} />}
      />
    </SiteFrame>
  );
}
