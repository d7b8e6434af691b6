import { getLocale, getTranslations } from "next-intl/server";
import type { MarketSummary } from "@/lib/market/summary";
import { CoinTable, type CoinTrends } from "./coin-table";
import { FundTable } from "./fund-table";
import styles from "./market-board.module.css";
import { PriceChart } from "./price-chart";
import { translateBoard } from "./translate-market";

export interface MarketBoardProps {
  readonly summary: MarketSummary;
  readonly trends: CoinTrends;
}

/** What the home page shows of the market beside the cards: coins, the price of Bitcoin over time, funds. */
export async function MarketBoard({ summary, trends }: MarketBoardProps) {
  const locale = await getLocale();
  const t = await getTranslations("Market");
  const texts = await translateBoard();
  return (
    <section className={styles.board} aria-labelledby="site-market-board">
      <h2 id="site-market-board" className={styles.boardHeading}>
        {t("details")}
      </h2>
      <div className={styles.coins}>
        <div className={styles.scroller}>
          <CoinTable initial={summary} trends={trends} texts={texts} locale={locale} />
        </div>
      </div>
      <div className={styles.side}>
        <PriceChart texts={texts.chart} locale={locale} />
        <div className={styles.scroller}>
          <FundTable initial={summary} texts={texts} locale={locale} />
        </div>
        <p className={styles.fundNote}>{texts.fundNote}</p>
      </div>
    </section>
  );
}
