"use client";

import { type ReactNode, useRef } from "react";
import type { Locale } from "@/lib/i18n/routing";
import type { MarketSummary } from "@/lib/market/summary";
import screenReader from "../layout/hidden.module.css";
import { Change, Unknown } from "./change";
import { DominanceRing } from "./dominance-ring";
import { Gauge } from "./gauge";
import styles from "./market-cards.module.css";
import { compactAmount, formatPercent, formatReading } from "./market-format";
import type { MarketTexts } from "./market-texts";
import { FEAR_GREED_ZONES, fearGreedOf, STRENGTH_ZONES, strengthOf } from "./readings";
import { useValuesInSight } from "./use-market";

export interface MarketCardsProps {
  readonly initial: MarketSummary;
  readonly texts: MarketTexts;
  readonly locale: Locale;
}

const VALUES = [
  "market_cap_usd",
  "market_cap_change_percentage_24h_usd",
  "volume_24h_usd",
  "fng_value",
  "btc_rsi_14",
  "btc_market_cap_percentage",
  "eth_market_cap_percentage",
] as const;

/** The market in five figures. */
export function MarketCards({ initial, texts, locale }: MarketCardsProps) {
  const list = useRef<HTMLUListElement>(null);
  const summary = useValuesInSight(initial, VALUES, list);
  const { fng_value: fearGreed, btc_rsi_14: strength } = summary;
  const { btc_market_cap_percentage: btc, eth_market_cap_percentage: eth } = summary;
  const nothing = <Unknown text={texts.unknown} />;
  const reading = (value: number | null) => (value === null ? nothing : formatReading(locale, value));
  const amount = (usd: number | null) =>
    usd === null ? nothing : <Amount usd={usd} texts={texts} locale={locale} />;
  return (
    <ul ref={list} className={styles.cards}>
      <Card name="market-cap" label={texts.marketCap} value={amount(summary.market_cap_usd)}>
        <span className={screenReader.hidden}>{texts.change24h} </span>
        <Change
          percent={summary.market_cap_change_percentage_24h_usd}
          locale={locale}
          unknown={texts.unknown}
        />
      </Card>
      <Card name="volume" label={texts.volume} value={amount(summary.volume_24h_usd)} />
      <Card
        name="fear-greed"
        label={texts.fearGreed}
        value={reading(fearGreed)}
        picture={<Gauge value={fearGreed} zones={FEAR_GREED_ZONES} />}
      >
        {fearGreed !== null && texts.fearGreedLabels[fearGreedOf(fearGreed)]}
      </Card>
      <Card
        name="strength"
        label={texts.strength}
        value={reading(strength)}
        picture={<Gauge value={strength} zones={STRENGTH_ZONES} />}
      >
        {strength !== null && texts.strengthLabels[strengthOf(strength)]}
      </Card>
      <Card name="dominance" label={texts.dominance} picture={<DominanceRing btc={btc} eth={eth} />}>
        <dl className={styles.shares}>
          <ShareOf name="BTC" coin="btc" percent={btc} locale={locale} unknown={nothing} />
          <ShareOf name="ETH" coin="eth" percent={eth} locale={locale} unknown={nothing} />
        </dl>
      </Card>
    </ul>
  );
}

interface CardProps {
  readonly name: string;
  readonly label: string;
  readonly value?: ReactNode;
  readonly picture?: ReactNode;
  /** Below the value. */
  readonly children?: ReactNode;
}

function Card({ name, label, value, picture, children }: CardProps) {
  return (
    <li className={styles.card} data-card={name}>
      <h3 className={styles.cardLabel}>{label}</h3>
      <div className={styles.cardText}>
        {value !== undefined && <p className={styles.value}>{value}</p>}
        {children !== undefined && <div className={styles.note}>{children}</div>}
      </div>
      {picture}
    </li>
  );
}

function Amount({ usd, texts, locale }: { usd: number; texts: MarketTexts; locale: Locale }) {
  const { number, unit } = compactAmount(locale, usd);
  return (
    <>
      {number} {unit !== null && <span className={styles.unit}>{texts.units[unit]}</span>}
    </>
  );
}

interface ShareOfProps {
  readonly name: string;
  readonly coin: "btc" | "eth";
  readonly percent: number | null;
  readonly locale: Locale;
  readonly unknown: ReactNode;
}

function ShareOf({ name, coin, percent, locale, unknown }: ShareOfProps) {
  return (
    <div>
      <dt data-coin={coin}>{name}</dt>
      <dd>{percent === null ? unknown : formatPercent(locale, percent)}</dd>
    </div>
  );
}
