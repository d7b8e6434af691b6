"use client";

import { memo, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import { COINS, type Coin } from "@/lib/market/fields";
import type { Point } from "@/lib/market/lttb";
import type { MarketSummary } from "@/lib/market/summary";
import screenReader from "../layout/hidden.module.css";
import { Change, Unknown } from "./change";
import { CoinLogo } from "./coin-logo";
import styles from "./market-board.module.css";
import { formatPrice } from "./market-format";
import type { BoardTexts } from "./market-texts";
import { append, isVisibleStep } from "./recent-prices";
import { Sparkline } from "./sparkline";
import { useMarket } from "./use-market";

export type CoinTrends = Readonly<Record<Coin, readonly Point[]>>;

export interface CoinTableProps {
  readonly initial: MarketSummary;
  /** Prices of the last hours, oldest first. */
  readonly trends: CoinTrends;
  readonly texts: BoardTexts;
  readonly locale: Locale;
}

/** More than a line of that size shows. */
const TREND_POINTS = 40;
/** A trend is no ticker: a move of less than a sixth of its height waits for the next step of time. */
const TREND_HEIGHT = 6;

/** The price of each coin, how it changed, and how it moved lately. */
export function CoinTable({ initial, trends, texts, locale }: CoinTableProps) {
  const { summary } = useMarket(initial);
  const moved = useTrends(trends, summary);
  return (
    <table className={styles.table}>
      <Head texts={texts} />
      <tbody>
        {COINS.map((coin) => (
          <CoinRow
            key={coin}
            coin={coin}
            price={summary[`${coin}_price_usd`]}
            change={summary[`${coin}_change_24h`]}
            trend={moved[coin]}
            texts={texts}
            locale={locale}
          />
        ))}
      </tbody>
    </table>
  );
}

const Head = memo(({ texts }: { readonly texts: BoardTexts }) => (
  <>
    <caption className={screenReader.hidden}>{texts.coins}</caption>
    <thead>
      <tr>
        <th scope="col">{texts.coin}</th>
        <th scope="col">{texts.price}</th>
        <th scope="col">{texts.change24h}</th>
        <td aria-hidden="true">{texts.trend}</td>
      </tr>
    </thead>
  </>
));

interface CoinRowProps {
  readonly coin: Coin;
  readonly price: number | null;
  /** Percent of the last 24 hours. */
  readonly change: number | null;
  readonly trend: readonly Point[];
  readonly texts: BoardTexts;
  readonly locale: Locale;
}

const CoinRow = memo(({ coin, price, change, trend, texts, locale }: CoinRowProps) => (
  <tr data-coin={coin}>
    <CoinName coin={coin} name={texts.coinNames[coin]} />
    <td data-price>{price === null ? <Unknown text={texts.unknown} /> : formatPrice(locale, price)}</td>
    <td>
      <Change percent={change} locale={locale} unknown={texts.unknown} />
    </td>
    <td aria-hidden="true">
      <Sparkline points={trend} />
    </td>
  </tr>
));

/** By itself, since it stays as it is while figures change. */
const CoinName = memo(({ coin, name }: { readonly coin: Coin; readonly name: string }) => {
  const ticker = coin.toUpperCase();
  return (
    <th scope="row">
      <span className={styles.coin}>
        <CoinLogo coin={coin} />
        <span className={styles.coinName}>
          {name}
          {name !== ticker && <span className={styles.ticker}>{ticker}</span>}
        </span>
      </span>
    </th>
  );
});

/** The page's prices, and those that came since, as far as they can be seen. */
function useTrends(initial: CoinTrends, summary: MarketSummary): CoinTrends {
  const [seen, setSeen] = useState({ trends: initial, upTo: null as string | null });
  const { observed_at: observedAt } = summary;
  if (observedAt === null || observedAt === seen.upTo) return seen.trends;
  const at = Date.parse(observedAt);
  const trends = { ...seen.trends };
  for (const coin of COINS) {
    const price = summary[`${coin}_price_usd`];
    const points = trends[coin];
    if (price !== null && isVisibleStep(points, [at, price], TREND_POINTS, TREND_HEIGHT))
      trends[coin] = append(points, [at, price], TREND_POINTS);
  }
  setSeen({ trends, upTo: observedAt });
  return trends;
}
