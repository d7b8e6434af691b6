"use client";

import { useMemo, useRef, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import type { Point } from "@/lib/market/lttb";
import type { MarketSummary } from "@/lib/market/summary";
import { useNearScreen } from "../charts/near-screen";
import screenReader from "../layout/hidden.module.css";
import styles from "./market-board.module.css";
import { formatChange, formatHour, formatPrice } from "./market-format";
import { fill, type PriceChartTexts, type Range } from "./market-texts";
import { type PriceHistory, usePriceHistory } from "./price-history";
import { PricePlot } from "./price-plot";
import { axisStep, DRAWN_WIDTH, type PriceScale, priceScale } from "./price-scale";
import { isVisibleStep, valueRange } from "./recent-prices";
import { useMarket } from "./use-market";

export interface PriceChartProps {
  readonly initial: MarketSummary;
  readonly texts: PriceChartTexts;
  readonly locale: Locale;
}

const MINUTE_MS = 60_000;
const RANGES: readonly (readonly [Range, number])[] = [
  ["quarter", 15 * MINUTE_MS],
  ["hour", 60 * MINUTE_MS],
  ["all", Number.POSITIVE_INFINITY],
];

/** The height of the chart, about, in thicknesses of its line. */
const DRAWN_HEIGHT = 100;

/** How the price of Bitcoin moved: drawn, and in one line of text. */
export function PriceChart({ initial, texts, locale }: PriceChartProps) {
  const [range, setRange] = useState<Range>("hour");
  return (
    <section className={styles.chart} aria-labelledby="site-market-chart" data-needs-script>
      <div className={styles.chartHead}>
        <h3 id="site-market-chart">{texts.title}</h3>
        <fieldset className={styles.ranges}>
          <legend className={screenReader.hidden}>{texts.ranges}</legend>
          {RANGES.map(([name]) => (
            <button
              key={name}
              type="button"
              className={styles.range}
              aria-pressed={name === range}
              onClick={() => setRange(name)}
            >
              {texts.rangeNames[name]}
            </button>
          ))}
        </fieldset>
      </div>
      <RangeOfPrices initial={initial} texts={texts} locale={locale} range={range} />
    </section>
  );
}

interface RangeOfPricesProps extends PriceChartProps {
  readonly range: Range;
}

/** By itself, since all else of the chart stays as it is while prices come. */
function RangeOfPrices({ initial, texts, locale, range }: RangeOfPricesProps) {
  const area = useRef<HTMLDivElement>(null);
  const { history, load } = usePriceHistory(useNearScreen(area), useMarket(initial));
  const { points, scale, settled } = useDrawn(history, range);
  const summary = useMemo(() => summarise(settled, texts.summary, locale), [settled, texts, locale]);
  return (
    <>
      <div ref={area} className={styles.chartArea}>
        {history === "failed" ? (
          <p className={styles.chartNote}>
            {texts.failed}{" "}
            <button type="button" className={styles.retry} onClick={load}>
              {texts.retry}
            </button>
          </p>
        ) : scale === null ? (
          <p className={styles.chartNote}>{history === null ? texts.loading : texts.empty}</p>
        ) : (
          <PricePlot points={points} scale={scale} locale={locale} />
        )}
      </div>
      <p className={styles.chartSummary}>{summary}</p>
    </>
  );
}

interface Drawing {
  readonly origin?: Point | undefined;
  readonly range: Range;
  readonly points: readonly Point[];
  /** The same while everything is at its place; null where there is nothing to draw. */
  readonly scale: PriceScale | null;
  /** The points when the scale was made: of them it is told in words, which name their times. */
  readonly settled: readonly Point[];
}

/** The points of a range: the same until a drawing of them would look different. */
function useDrawn(history: PriceHistory, range: Range): Drawing {
  const [drawn, setDrawn] = useState<Drawing>({ range, points: [], scale: null, settled: [] });
  const all = Array.isArray(history) ? history : [];
  const [origin, last] = [all[0], all.at(-1)];
  const isUpToDate = (points: readonly Point[]) =>
    last === undefined || last === points.at(-1) || !isVisibleStep(points, last, DRAWN_WIDTH, DRAWN_HEIGHT);
  if (origin === drawn.origin && range === drawn.range && isUpToDate(drawn.points)) return drawn;
  const points = within(all, range);
  const scale = points.length > 1 ? priceScale(points) : null;
  const isSettled = range === drawn.range && scale?.key === drawn.scale?.key;
  const next: Drawing = isSettled
    ? { ...drawn, origin, points }
    : { origin, range, points, scale, settled: points };
  setDrawn(next);
  return next;
}

/** The last part of a history, counted from its end: a chart of a stream that stands still is not empty. */
function within(points: readonly Point[], range: Range): readonly Point[] {
  const length = RANGES.find(([name]) => name === range)?.[1] ?? Number.POSITIVE_INFINITY;
  if (length === Number.POSITIVE_INFINITY) return points;
  // From where the axis begins, which goes on by steps.
  const step = axisStep(length);
  const from = step * Math.ceil((points.at(-1)?.[0] ?? 0) / step) - length;
  return points.slice(points.findIndex(([at]) => at >= from));
}

function summarise(points: readonly Point[], text: string, locale: Locale): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return "";
  const [lowest, highest] = valueRange(points);
  return fill(text, {
    from: formatHour(locale, first[0]),
    to: formatHour(locale, last[0]),
    lowest: formatPrice(locale, lowest),
    highest: formatPrice(locale, highest),
    change: formatChange(locale, 100 * (last[1] / first[1] - 1)),
  });
}
