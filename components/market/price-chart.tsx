"use client";

import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import type { Point } from "@/lib/market/lttb";
import { useNearScreen } from "../charts/near-screen";
import screenReader from "../layout/hidden.module.css";
import styles from "./market-board.module.css";
import { formatChange, formatHour, formatPrice, spansDays } from "./market-format";
import { fill, type PriceChartTexts, type Range } from "./market-texts";
import { type PriceHistory, usePriceHistory } from "./price-history";
import { growLine, PricePlot } from "./price-plot";
import { axisStep, type PriceScale, priceScale } from "./price-scale";
import { valueRange } from "./recent-prices";

export interface PriceChartProps {
  readonly texts: PriceChartTexts;
  readonly locale: Locale;
}

const MINUTE_MS = 60_000;
const RANGES: readonly (readonly [Range, number])[] = [
  ["quarter", 15 * MINUTE_MS],
  ["hour", 60 * MINUTE_MS],
  ["all", Number.POSITIVE_INFINITY],
];

/** How the price of Bitcoin moved: drawn, and in one line of text. */
export function PriceChart({ texts, locale }: PriceChartProps) {
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
      <RangeOfPrices texts={texts} locale={locale} range={range} />
    </section>
  );
}

interface RangeOfPricesProps extends PriceChartProps {
  readonly range: Range;
}

/** By itself, since all else of the chart stays as it is while prices come. */
function RangeOfPrices({ texts, locale, range }: RangeOfPricesProps) {
  const area = useRef<HTMLDivElement>(null);
  const growing = useRef<SVGPolylineElement>(null);
  const { history, load, renew } = usePriceHistory(useNearScreen(area), (all) => grow(all));
  const { points, scale } = useMemo(() => drawingOf(history, range), [history, range]);
  const summary = useMemo(() => summarise(points, texts.summary, locale), [points, texts, locale]);

  /** The last that is drawn. */
  const end = useRef<Point>(undefined);
  useLayoutEffect(() => {
    end.current = points.at(-1);
  }, [points]);

  /** Draws what came, where the line can grow. */
  function grow(all: readonly Point[]): boolean {
    const last = all.at(-1);
    if (!(growing.current && scale && end.current && last && scale.holds(last))) return false;
    if (scale.tellsApart(end.current, last)) {
      growLine(growing.current, all, scale);
      end.current = last;
    }
    return true;
  }

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
          <PricePlot points={points} scale={scale} locale={locale} growing={growing} renew={renew} />
        )}
      </div>
      <p className={styles.chartSummary}>{summary}</p>
    </>
  );
}

/** What is drawn of a history; the scale is null where there is nothing to draw. */
function drawingOf(
  history: PriceHistory,
  range: Range,
): { points: readonly Point[]; scale: PriceScale | null } {
  const points = Array.isArray(history) ? within(history, range) : [];
  return { points, scale: points.length > 1 ? priceScale(points) : null };
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

/** The times between which prices moved, how far, and how they changed; nothing of fewer than two. */
export function summarise(points: readonly Point[], text: string, locale: Locale): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return "";
  const [lowest, highest] = valueRange(points);
  const isDated = spansDays(last[0] - first[0]);
  return fill(text, {
    from: formatHour(locale, first[0], isDated),
    to: formatHour(locale, last[0], isDated),
    lowest: formatPrice(locale, lowest),
    highest: formatPrice(locale, highest),
    change: formatChange(locale, 100 * (last[1] / first[1] - 1)),
  });
}
