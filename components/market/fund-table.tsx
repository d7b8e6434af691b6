"use client";

import type { Locale } from "@/lib/i18n/routing";
import { FUNDS } from "@/lib/market/fields";
import type { MarketSummary } from "@/lib/market/summary";
import screenReader from "../layout/hidden.module.css";
import { LiveChange, LivePrice } from "./figures";
import styles from "./market-board.module.css";
import type { BoardTexts } from "./market-texts";

export interface FundTableProps {
  readonly initial: MarketSummary;
  readonly texts: BoardTexts;
  readonly locale: Locale;
}

/** Funds that follow US indices, by their tickers: their prices are not those of the indices. */
export function FundTable({ initial, texts, locale }: FundTableProps) {
  const figure = { initial, locale, unknown: texts.unknown };
  return (
    <table className={styles.table}>
      <caption className={screenReader.hidden}>{texts.funds}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.fund}</th>
          <th scope="col">{texts.price}</th>
          <th scope="col">{texts.fundChange}</th>
        </tr>
      </thead>
      <tbody>
        {FUNDS.map((fund) => (
          <tr key={fund} data-fund={fund}>
            <th scope="row">
              <span className={styles.coinName}>
                {fund}
                <span className={styles.ticker}>{texts.fundNames[fund]}</span>
              </span>
            </th>
            <td data-price>
              <LivePrice {...figure} read={({ us_stock_indices: funds }) => funds[fund]?.price ?? null} />
            </td>
            <td>
              <LiveChange
                {...figure}
                read={({ us_stock_indices: funds }) => funds[fund]?.change_percent ?? null}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
