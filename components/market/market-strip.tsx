import { getLocale, getTranslations } from "next-intl/server";
import type { MarketSummary } from "@/lib/market/summary";
import styles from "./market.module.css";
import { MarketCards } from "./market-cards";
import { MarketStatus } from "./market-status";
import { translateMarket } from "./translate-market";

export interface MarketStripProps {
  readonly summary: MarketSummary;
  /** Beyond this age figures are stale. */
  readonly staleSeconds: number;
}

/** The market in five cards, with a word on how much they are worth. */
export async function MarketStrip({ summary, staleSeconds }: MarketStripProps) {
  const locale = await getLocale();
  const t = await getTranslations("Market");
  const texts = await translateMarket();
  return (
    <section className={styles.strip} aria-labelledby="site-market">
      <div className={styles.head}>
        <h2 id="site-market" className={styles.heading}>
          {t("heading")}
        </h2>
        <MarketStatus initial={summary} texts={texts.status} locale={locale} staleSeconds={staleSeconds} />
      </div>
      <MarketCards initial={summary} texts={texts} locale={locale} />
    </section>
  );
}
