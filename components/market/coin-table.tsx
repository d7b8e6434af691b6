"use client";

import { useRef, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import { COINS, type Coin } from "@/lib/market/fields";
import type { Point } from "@/lib/market/lttb";
import type { MarketSummary } from "@/lib/market/summary";
import { useInSight } from "../charts/near-screen";
import screenReader from "../layout/hidden.module.css";
import { CoinLogo } from "./coin-logo";
import { LiveChange, LivePrice } from "./figures";
import styles from "./market-board.module.css";
import type { BoardTexts } from "./market-texts";
import { append, isVisibleStep, priceOf, TREND_POINTS } from "./recent-prices";
import { Sparkline } from "./sparkline";
import { useMarketEffect } from "./use-market";

export type CoinTrends = Readonly<Record<Coin, readonly Point[]>>;

export interface CoinTableProps {
  readonly initial: MarketSummary;
  /** Prices of the last hours, oldest first. */
  readonly trends: CoinTrends;
  readonly texts: BoardTexts;
  readonly locale: Locale;
}

/** A trend is no ticker: a move of less than a sixth of its height waits for the next step of time. */
const TREND_HEIGHT = 6;

/** The price of each coin, how it changed, and how it moved lately. */
export function CoinTable({ initial, trends, texts, locale }: CoinTableProps) {
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
        {COINS.map((coin) => (
          <CoinRow
            key={coin}
            coin={coin}
            initial={initial}
            trend={trends[coin]}
            texts={texts}
            locale={locale}
          />
        ))}
      </tbody>
    </table>
  );
}

interface CoinRowProps extends Omit<CoinTableProps, "trends"> {
  readonly coin: Coin;
  readonly trend: readonly Point[];
}

function CoinRow({ coin, initial, trend, texts, locale }: CoinRowProps) {
  const ticker = coin.toUpperCase();
  const name = texts.coinNames[coin];
  const figure = { initial, locale, unknown: texts.unknown };
  return (
    <tr data-coin={coin}>
      <th scope="row">
        <span className={styles.coin}>
          <CoinLogo coin={coin} />
          <span className={styles.coinName}>
            {name}
            {name !== ticker && <span className={styles.ticker}>{ticker}</span>}
          </span>
        </span>
      </th>
      <td data-price>
        <LivePrice {...figure} read={(summary) => summary[`${coin}_price_usd`]} />
      </td>
      <td>
        <LiveChange {...figure} read={(summary) => summary[`${coin}_change_24h`]} />
      </td>
      <td aria-hidden="true">
        <Trend coin={coin} initial={trend} />
      </td>
    </tr>
  );
}

interface TrendProps {
  readonly coin: Coin;
  /** The page's prices. */
  readonly initial: readonly Point[];
}

/**
 * With those that came since, as far as they can be seen. It rests while it is out of sight, which it always is on a
 * narrow screen.
 */
function Trend({ coin, initial }: TrendProps) {
  const host = useRef<SVGSVGElement>(null);
  const isInSight = useInSight(host);
  const newest = useRef(initial);
  const [points, setPoints] = useState(initial);
  useMarketEffect(({ summary }) => {
    const point = priceOf(summary, coin);
    if (point !== null && isVisibleStep(newest.current, point, TREND_POINTS, TREND_HEIGHT))
      newest.current = append(newest.current, point, TREND_POINTS);
    if (isInSight && points !== newest.current) setPoints(newest.current);
  });
  return <Sparkline ref={host} points={points} />;
}
