import type { Ref } from "react";
import type { Point } from "@/lib/market/lttb";
import styles from "./market-board.module.css";
import { valueRange } from "./recent-prices";

export interface SparklineProps {
  /** Oldest first. */
  readonly points: readonly Point[];
  readonly ref: Ref<SVGSVGElement>;
}

/** In whole numbers, which are written faster than fractions. */
const WIDTH = 1_000;
const HEIGHT = 280;
/** So that the stroke is not cut off at the extremes. */
const INSET = 20;

/** How a value moved lately, for the eye alone. Two points make a line; fewer are nothing to show. */
export function Sparkline({ points, ref }: SparklineProps) {
  const line = placesOf(points);
  return (
    <svg
      ref={ref}
      className={styles.sparkline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {line !== null && <polyline points={line} />}
    </svg>
  );
}

function placesOf(points: readonly Point[]): string | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || first[0] === last[0]) return null;
  const [lowest, highest] = valueRange(points);
  const xOf = (at: number) => (WIDTH * (at - first[0])) / (last[0] - first[0]);
  // A value that does not move is a line in the middle.
  const yOf = (value: number) =>
    highest === lowest
      ? HEIGHT / 2
      : HEIGHT - INSET - ((HEIGHT - 2 * INSET) * (value - lowest)) / (highest - lowest);
  return points.map(([at, value]) => `${Math.round(xOf(at))} ${Math.round(yOf(value))}`).join(" ");
}
