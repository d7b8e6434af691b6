import { downsample, type Point } from "@/lib/market/lttb";

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
