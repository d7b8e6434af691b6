"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import type { Point } from "@/lib/market/lttb";
import type { MarketSummary } from "@/lib/market/summary";
import { CanvasBoundary } from "../charts/canvas-boundary";
import { useNearScreen, useOnScreen } from "../charts/near-screen";
import screenReader from "../layout/hidden.module.css";
import styles from "./market-board.module.css";
import { formatChange, formatHour, formatPrice } from "./market-format";
import { fill, type PriceChartTexts, type Range } from "./market-texts";
import { usePriceHistory } from "./price-history";
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

/** How the price of Bitcoin moved: drawn, and in one line of text. */
export function PriceChart({ initial, texts, locale }: PriceChartProps) {
  const area = useRef<HTMLDivElement>(null);
  const near = useNearScreen(area);
  const { history, load: loadHistory } = usePriceHistory(near, useMarket(initial));
  const { Canvas, load: loadCanvas } = useCanvas(near);
  const [range, setRange] = useState<Range>("hour");
  const isSeen = useOnScreen(area);
  const points = useMemo(() => (Array.isArray(history) ? within(history, range) : []), [history, range]);
  const drawn = useWhile(isSeen, points);
  const isBroken = history === "failed" || Canvas === "failed";
  const isEmpty = history !== null && points.length < 2;
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
      <div ref={area} className={styles.chartArea}>
        {isBroken ? (
          <p className={styles.chartNote}>
            {texts.failed}{" "}
            <button
              type="button"
              className={styles.retry}
              onClick={() => {
                loadCanvas();
                loadHistory();
              }}
            >
              {texts.retry}
            </button>
          </p>
        ) : isEmpty ? (
          <p className={styles.chartNote}>{texts.empty}</p>
        ) : Canvas === null || history === null || area.current === null ? (
          <p className={styles.chartNote}>{texts.loading}</p>
        ) : (
          <div className={styles.chartCanvas} aria-hidden="true">
            <CanvasBoundary onError={() => {}}>
              <Canvas points={drawn} locale={locale} host={area.current} />
            </CanvasBoundary>
          </div>
        )}
      </div>
      <p className={styles.chartSummary}>{summarise(points, texts.summary, locale)}</p>
    </section>
  );
}

/** A value that stands still while it is not seen: drawing costs more than all figures together. */
function useWhile<T>(isSeen: boolean, value: T): T {
  const [seen, setSeen] = useState(value);
  if (isSeen && seen !== value) setSeen(value);
  return isSeen ? value : seen;
}

/** The last part of a history, counted from its end: a chart of a stream that stands still is not empty. */
function within(points: readonly Point[], range: Range): readonly Point[] {
  const length = RANGES.find(([name]) => name === range)?.[1] ?? Number.POSITIVE_INFINITY;
  const from = (points.at(-1)?.[0] ?? 0) - length;
  return points.filter(([at]) => at >= from);
}

function summarise(points: readonly Point[], text: string, locale: Locale): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return "";
  const values = points.map(([, value]) => value);
  return fill(text, {
    from: formatHour(locale, first[0]),
    to: formatHour(locale, last[0]),
    lowest: formatPrice(locale, Math.min(...values)),
    highest: formatPrice(locale, Math.max(...values)),
    change: formatChange(locale, 100 * (last[1] / first[1] - 1)),
  });
}

type Canvas = typeof import("./price-canvas").PriceCanvas;

/** The component that draws, with Chart.js, once it is wanted and has come; null before. */
function useCanvas(wanted: boolean) {
  // In an object, since React would call a function.
  const [{ Canvas }, setLoaded] = useState<{ readonly Canvas: Canvas | "failed" | null }>({ Canvas: null });
  const load = useCallback(() => {
    setLoaded((before) => (before.Canvas === "failed" ? { Canvas: null } : before));
    import("./price-canvas").then(
      ({ PriceCanvas }) => setLoaded({ Canvas: PriceCanvas }),
      () => setLoaded({ Canvas: "failed" }),
    );
  }, []);
  useEffect(() => {
    if (wanted) load();
  }, [wanted, load]);
  return { Canvas, load };
}
