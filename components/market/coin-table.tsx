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

/** The price of each coin, how it changed, and how it moved lately. */
export function CoinTable({ initial, trends, texts, locale }: CoinTableProps) {
  const { summary } = useMarket(initial);
  return (
    <table className={styles.table}>
      <caption className={screenReader.hidden}>{texts.coins}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.coin}</th>
          <th scope="col">{texts.price}</th>
          <th scope="col">{texts.change24h}</th>
          <td aria-hidden="true">{texts.trend}</td>
        </tr>
      </thead>
      <tbody>
        {COINS.map((coin) => {
          const price = summary[`${coin}_price_usd`];
          return (
            <tr key={coin} data-coin={coin}>
              <th scope="row">
                <CoinName coin={coin} name={texts.coinNames[coin]} />
              </th>
              <td data-price>
                {price === null ? <Unknown text={texts.unknown} /> : formatPrice(locale, price)}
              </td>
              <td>
                <Change percent={summary[`${coin}_change_24h`]} locale={locale} unknown={texts.unknown} />
              </td>
              <td aria-hidden="true">
                <Trend initial={trends[coin]} price={price} observedAt={summary.observed_at} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** By itself, since it stays as it is while figures change. */
const CoinName = memo(({ coin, name }: { readonly coin: Coin; readonly name: string }) => {
  const ticker = coin.toUpperCase();
  return (
    <span className={styles.coin}>
      <CoinLogo coin={coin} />
      <span className={styles.coinName}>
        {name}
        {name !== ticker && <span className={styles.ticker}>{ticker}</span>}
      </span>
    </span>
  );
});

interface TrendProps {
  /** The page's prices. */
  readonly initial: readonly Point[];
  readonly price: number | null;
  /** RFC 3339; null when nothing was observed. */
  readonly observedAt: string | null;
}

/** The page's prices, and those that came since. */
function Trend({ initial, price, observedAt }: TrendProps) {
  const [trend, setTrend] = useState({ points: initial, upTo: null as string | null });
  if (observedAt !== null && observedAt !== trend.upTo) {
    const { points } = trend;
    const point: Point | null = price === null ? null : [Date.parse(observedAt), price];
    const isSeen = point !== null && isVisibleStep(points, point, TREND_POINTS);
    setTrend({ points: isSeen ? append(points, point, TREND_POINTS) : points, upTo: observedAt });
  }
  return <Sparkline points={trend.points} />;
}
