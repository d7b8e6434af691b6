/** A point of a chart: milliseconds since 1970, and the value. */
export type Point = readonly [at: number, value: number];

/**
 * Fewer points that look alike when they are drawn: Largest-Triangle-Three-Buckets (Steinarsson, 2013). The
 * first and the last point stay; of each bucket between them the point that spans the largest triangle with
 * the one chosen before and the mean of the bucket that follows. Peaks survive, which means would flatten.
 *
 * @param points by ascending time
 * @param limit at least 2
 * @returns points of `points`, at most `limit`, in their order
 */
export function downsample(points: readonly Point[], limit: number): readonly Point[] {
  const first = points[0];
  const last = points.at(-1);
  if (points.length <= limit || first === undefined || last === undefined) return points;
  if (limit <= 2) return [first, last];
  const perBucket = (points.length - 2) / (limit - 2);
  const startOf = (bucket: number) => Math.min(points.length - 1, 1 + Math.floor(bucket * perBucket));
  const chosen: Point[] = [first];
  let before = first;
  for (let bucket = 0; bucket < limit - 2; bucket++) {
    const start = startOf(bucket);
    const end = startOf(bucket + 1);
    before = largestTriangle(points, start, end, before, mean(points, end, startOf(bucket + 2)));
    chosen.push(before);
  }
  chosen.push(last);
  return chosen;
}

/** Of the points from `start` to before `end`, of which there is at least one. */
function largestTriangle(
  points: readonly Point[],
  start: number,
  end: number,
  before: Point,
  after: Point,
): Point {
  let best = before;
  let largest = -1;
  for (let index = start; index < end; index++) {
    const point = points[index];
    if (point === undefined) break;
    const area = Math.abs(
      (before[0] - after[0]) * (point[1] - before[1]) - (before[0] - point[0]) * (after[1] - before[1]),
    );
    if (area <= largest) continue;
    largest = area;
    best = point;
  }
  return best;
}

/** Of the points from `start` to before `end`; of the last one where there are none. */
function mean(points: readonly Point[], start: number, end: number): Point {
  const bucket = points.slice(start, Math.max(end, start + 1));
  const sum = (part: 0 | 1) => bucket.reduce((total, point) => total + point[part], 0);
  return [sum(0) / bucket.length, sum(1) / bucket.length];
}
