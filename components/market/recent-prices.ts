import type { Coin } from "@/lib/market/fields";
import { downsample, type Point } from "@/lib/market/lttb";
import type { MarketSummary } from "@/lib/market/summary";

/** Of the line of a coin in the table: more than a line of a few centimetres shows. */
export const TREND_POINTS = 40;

/** The price of a coin in USD as a point of its line; null where it is not known. */
export function priceOf(summary: MarketSummary | null, coin: Coin): Point | null {
  const price = summary?.[`${coin}_price_usd`];
  return !summary?.observed_at || price == null ? null : [Date.parse(summary.observed_at), price];
}

/**
 * Whether a line changes to the eye when a point is added: a small one that is drawn for every entry costs more than
 * all figures together.
 *
 * @param points those of the line, by ascending time
 * @param wide steps that the line is wide
 * @param high steps that it is high: the line's own thickness is one
 */
export function isVisibleStep(
  points: readonly Point[],
  [at, value]: Point,
  wide: number,
  high: number,
): boolean {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || first === last) return true;
  const [lowest, highest] = valueRange(points);
  const height = highest - lowest;
  return at - last[0] >= (last[0] - first[0]) / wide || Math.abs(value - last[1]) > height / high;
}

/**
 * The lowest and the highest value.
 *
 * @param points at least one
 */
export function valueRange(points: readonly Point[]): [lowest: number, highest: number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  // Plainly: with each entry it looks at thousands of points.
  for (const point of points) {
    if (point[1] < lowest) lowest = point[1];
    if (point[1] > highest) highest = point[1];
  }
  return [lowest, highest];
}

/**
 * Adds a point to those of a sparkline or a chart. Beyond twice `limit` they are thinned out to `limit`, so that
 * this work is done once for every `limit` points, and a page that stays open for days holds no more than that.
 *
 * @param points by ascending time; they are not changed
 * @param limit at least 2
 * @returns `points` itself where `point` is not newer than the last of them
 */
export function append(points: readonly Point[], point: Point, limit: number): readonly Point[] {
  const last = points.at(-1);
  if (last !== undefined && point[0] <= last[0]) return points;
  const more = [...points, point];
  return more.length > 2 * limit ? downsample(more, limit) : more;
}
