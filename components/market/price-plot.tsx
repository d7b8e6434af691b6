"use client";

import { memo, type PointerEvent, type Ref, useEffect, useRef, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import type { Point } from "@/lib/market/lttb";
import { formatTick } from "../charts/number-format";
import { formatHour, formatMoment, formatPrice } from "./market-format";
import styles from "./price-plot.module.css";
import { nearestPoint, type PriceScale } from "./price-scale";

export interface PricePlotProps {
  /** At least two, oldest first. */
  readonly points: readonly Point[];
  readonly scale: PriceScale;
  readonly locale: Locale;
  /** Of the last part of the line, which grows by `growLine`. */
  readonly growing?: Ref<SVGPolylineElement>;
  /** Called where the last points are needed, with which the line has grown meanwhile. */
  readonly renew?: () => void;
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
export const PricePlot = memo(({ points, scale, locale, growing, renew }: PricePlotProps) => {
  const lines = useRef<SVGSVGElement>(null);
  const { share, point } = usePointer(lines, renew);
  const turn = turnOf(points, scale);
  const pointed = share === null ? undefined : nearestPoint(points, scale.timeAt(share));
  return (
    <div className={styles.plot} aria-hidden="true">
      <svg
        ref={lines}
        data-plot
        className={styles.lines}
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
        onPointerDown={point}
        onPointerMove={point}
        onPointerLeave={point}
      >
        <Grid scale={scale} />
        <polyline className={styles.price} points={places(points.slice(0, turn + 1), scale)} />
        <polyline ref={growing} className={styles.price} points={places(points.slice(turn), scale)} />
      </svg>
      <Names scale={scale} locale={locale} />
      {pointed !== undefined && <Pointed point={pointed} scale={scale} locale={locale} />}
    </div>
  );
});

const Grid = memo(({ scale: { prices, y } }: { readonly scale: PriceScale }) => (
  <path
    className={styles.grid}
    d={prices.map((price) => `M0 ${Math.round(SIZE * y(price))}H${SIZE}`).join("")}
  />
));

/** Of prices and times. */
const Names = memo(({ scale, locale }: Pick<PricePlotProps, "scale" | "locale">) => (
  <>
    {scale.prices.map((price) => (
      <span key={price} className={styles.priceName} style={{ insetBlockStart: percent(scale.y(price)) }}>
        {formatTick(price, scale.priceStep, DOLLARS, locale)}
      </span>
    ))}
    {scale.times.map((at) => (
      <span key={at} className={styles.timeName} data-time style={{ insetInlineStart: percent(scale.x(at)) }}>
        {formatHour(locale, at, scale.isDated)}
      </span>
    ))}
  </>
));

/** Draws the end of a line anew: the whole of it costs more than all figures of the page. */
export function growLine(growing: SVGPolylineElement, points: readonly Point[], scale: PriceScale): void {
  growing.setAttribute("points", places(points.slice(turnOf(points, scale)), scale));
}

/** Where the part of the line begins that grows before the scale changes. */
function turnOf(points: readonly Point[], { lastStepAt }: PriceScale): number {
  return Math.max(
    0,
    points.findLastIndex(([at]) => at < lastStepAt),
  );
}

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
        <span>{scale.isDated ? formatHour(locale, at, true) : formatMoment(locale, at, false)}</span>
        <strong>{formatPrice(locale, price)}</strong>
      </p>
    </div>
  );
}

/**
 * Where a pointer is over an element: a mouse as long as it is there, a finger until it touches something else.
 *
 * @param renew called when it goes anywhere
 * @returns the share of the width, and what takes the element's pointer events
 */
function usePointer(host: { readonly current: Element | null }, renew: (() => void) | undefined) {
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
    renew?.();
    const { left, width } = currentTarget.getBoundingClientRect();
    setShare(Math.min(1, Math.max(0, (clientX - left) / width)));
  };
  return { share, point };
}

function places(points: readonly Point[], { x, y }: PriceScale): string {
  return points.map(([at, price]) => `${Math.round(SIZE * x(at))} ${Math.round(SIZE * y(price))}`).join(" ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}
