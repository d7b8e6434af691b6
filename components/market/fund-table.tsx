"use client";

import { memo } from "react";
import type { Locale } from "@/lib/i18n/routing";
import { FUNDS } from "@/lib/market/fields";
import type { MarketSummary } from "@/lib/market/summary";
import screenReader from "../layout/hidden.module.css";
import { Change, Unknown } from "./change";
import styles from "./market-board.module.css";
import { formatPrice } from "./market-format";
import type { BoardTexts } from "./market-texts";
import { useMarket } from "./use-market";

export interface FundTableProps {
  readonly initial: MarketSummary;
  readonly texts: BoardTexts;
  readonly locale: Locale;
}

/** Funds that follow US indices, by their tickers: their prices are not those of the indices. */
export function FundTable({ initial, texts, locale }: FundTableProps) {
  const { us_stock_indices: readings } = useMarket(initial).summary;
  return (
    <table className={styles.table}>
      <Head texts={texts} />
      <tbody>
        {FUNDS.map((fund) => {
          const reading = readings[fund];
          return (
            <tr key={fund} data-fund={fund}>
              <FundName fund={fund} name={texts.fundNames[fund]} />
              <td data-price>
                {reading === null ? <Unknown text={texts.unknown} /> : formatPrice(locale, reading.price)}
              </td>
              <td>
                <Change percent={reading?.change_percent ?? null} locale={locale} unknown={texts.unknown} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const Head = memo(({ texts }: { readonly texts: BoardTexts }) => (
  <>
    <caption className={screenReader.hidden}>{texts.funds}</caption>
    <thead>
      <tr>
        <th scope="col">{texts.fund}</th>
        <th scope="col">{texts.price}</th>
        <th scope="col">{texts.fundChange}</th>
      </tr>
    </thead>
  </>
));

/** By itself, since it stays as it is while figures change. */
const FundName = memo(({ fund, name }: { readonly fund: string; readonly name: string }) => (
  <th scope="row">
    <span className={styles.coinName}>
      {fund}
      <span className={styles.ticker}>{name}</span>
    </span>
  </th>
));
