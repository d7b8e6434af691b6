"use client";

import { memo, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import type { Point } from "@/lib/market/lttb";
import { formatTick } from "../charts/number-format";
import { formatHour, formatMoment, formatPrice } from "./market-format";
import styles from "./price-plot.module.css";
import { nearestPoint, type PriceScale, priceScale } from "./price-scale";

export interface PricePlotProps {
  /** At least two, oldest first. */
  readonly points: readonly Point[];
  readonly locale: Locale;
}

const DOLLARS = { valuePrefix: "$", valueSuffix: "" };
/**
 * Of the picture's own coordinates, which are stretched over the room that there is. They are whole numbers: fractions
 * take several times as long to write.
 */
const SIZE = 10_000;

/**
 * Prices over time, for the eye alone, and under a pointer the price of that time. Fills its parent. The same points
 * are not drawn again.
 */
export const PricePlot = memo(({ points, locale }: PricePlotProps) => {
  const lines = useRef<SVGSVGElement>(null);
  const { share, point } = usePointer(lines);
  const scale = useMemo(() => priceScale(points), [points]);
  const pointed = share === null ? undefined : nearestPoint(points, timeAt(points, share));
  return (
    <div className={styles.plot} aria-hidden="true">
      <svg
        ref={lines}
        className={styles.lines}
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
        onPointerDown={point}
        onPointerMove={point}
        onPointerLeave={point}
      >
        <path className={styles.grid} d={gridPath(scale)} />
        <path className={styles.price} data-points={points.length} d={pricePath(points, scale)} />
      </svg>
      {scale.prices.map((price) => (
        <span key={price} className={styles.priceName} style={{ insetBlockStart: percent(scale.y(price)) }}>
          {formatTick(price, scale.priceStep, DOLLARS, locale)}
        </span>
      ))}
      {scale.times.map((at) => (
        <span key={at} className={styles.timeName} style={{ insetInlineStart: percent(scale.x(at)) }}>
          {formatHour(locale, at)}
        </span>
      ))}
      {pointed !== undefined && <Pointed point={pointed} scale={scale} locale={locale} />}
    </div>
  );
});

interface PointedProps {
  readonly point: Point;
  readonly scale: PriceScale;
  readonly locale: Locale;
}

/** What is at the place that a pointer is over. */
function Pointed({ point: [at, price], scale, locale }: PointedProps) {
  const x = scale.x(at);
  const inset = { insetInlineStart: percent(x) };
  return (
    <div className={styles.pointed}>
      <span className={styles.rule} style={inset} />
      <span className={styles.dot} style={{ ...inset, insetBlockStart: percent(scale.y(price)) }} />
      <p className={styles.reading} data-side={x > 0.5 ? "start" : "end"} style={inset}>
        <span>{formatMoment(locale, at, 0)}</span>
        <strong>{formatPrice(locale, price)}</strong>
      </p>
    </div>
  );
}

/**
 * Where a pointer is over an element: a mouse as long as it is there, a finger until it touches something else.
 *
 * @returns the share of the width, and what takes the element's pointer events
 */
function usePointer(host: { readonly current: Element | null }) {
  const [share, setShare] = useState<number | null>(null);
  const isOver = share !== null;

  useEffect(() => {
    if (!isOver) return;
    const leave = ({ target }: Event) => {
      if (!(target instanceof Node && host.current?.contains(target))) setShare(null);
    };
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, [host, isOver]);

  const point = ({ type, pointerType, clientX, currentTarget }: PointerEvent) => {
    if (type === "pointerleave") {
      if (pointerType === "mouse") setShare(null);
      return;
    }
    const { left, width } = currentTarget.getBoundingClientRect();
    setShare(Math.min(1, Math.max(0, (clientX - left) / width)));
  };
  return { share, point };
}

function timeAt(points: readonly Point[], share: number): number {
  const [from, to] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  return from + share * (to - from);
}

function gridPath({ prices, y }: PriceScale): string {
  return prices.map((price) => `M0 ${Math.round(SIZE * y(price))}H${SIZE}`).join("");
}

function pricePath(points: readonly Point[], { x, y }: PriceScale): string {
  const places = points.map(([at, price]) => `${Math.round(SIZE * x(at))} ${Math.round(SIZE * y(price))}`);
  return `M${places.join("L")}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}
