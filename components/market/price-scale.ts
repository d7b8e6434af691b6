import type { Point } from "@/lib/market/lttb";
import { spansDays } from "./market-format";
import { valueRange } from "./recent-prices";

/** Where things are in a drawing of prices over time, which is as wide and as high as it is given room. */
export interface PriceScale {
  /** When the last step of the axis of time begins, in which the line still grows. Milliseconds since 1970. */
  readonly lastStepAt: number;
  /** Share of the width from the left, 0 to 1, for a time in milliseconds since 1970. */
  x(at: number): number;
  /** The time at a share of the width. */
  timeAt(x: number): number;
  /** Share of the height from the top, 0 to 1, for a price. */
  y(price: number): number;
  /** Whether a later point has its place in the drawing. */
  holds(point: Point): boolean;
  /** Whether the eye can tell the places of two points. */
  tellsApart(one: Point, other: Point): boolean;
  /** Times that the axis names: whole minutes, quarters, hours or days, as a Vietnamese clock has them. */
  readonly times: readonly number[];
  /** Whether times are told with their days: those of a day or more would come twice. */
  readonly isDated: boolean;
  /** Prices that the axis names, by ascending value. */
  readonly prices: readonly number[];
  /** From one of these prices to the next. */
  readonly priceStep: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, DAY_MINUTES];
/** Days begin at this time before those of UTC do. */
const VIETNAM_MS = 7 * 60 * MINUTE_MS;
const MOST_TIMES = 6;
const MOST_DATED_TIMES = 3;
const MOST_PRICES = 5;
/** Of the height, above and below the line. */
const ROOM = 0.08;
/** And of the price, at least: a price that hardly moves is a level line, and not its noise all over the height. */
const LEAST_ROOM = 0.0001;
/** A name nearer than this to an end of the axis would not stand below its place. */
const EDGE = 0.06;
/** The same of one with its day, which is twice as wide. */
const DATED_EDGE = 0.14;
/** Of an axis of time, at most. By one of them the line may end before the axis does. */
const AXIS_STEPS = 60;
/** The width of the line, about: a smaller step of time is none for the eye. Pixels. */
const DRAWN_WIDTH = 300;
/** The height, about, in thicknesses of the line. */
const DRAWN_HEIGHT = 100;

/** @param points at least two, oldest first, of different times and positive prices */
export function priceScale(points: readonly Point[]): PriceScale {
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 1];
  const timeStep = axisStep(last - first);
  const from = timeStep * Math.floor(first / timeStep);
  const to = timeStep * Math.ceil(last / timeStep);
  const [lowest, highest] = valueRange(points);
  const room = Math.max((highest - lowest) * ROOM, highest * LEAST_ROOM);
  const [bottom, top] = [lowest - room, highest + room];
  const priceStep = roundStep((top - bottom) / MOST_PRICES);
  const isDated = spansDays(last - first);
  const [mostTimes, edge] = isDated ? [MOST_DATED_TIMES, DATED_EDGE] : [MOST_TIMES, EDGE];
  const namedStep = clockStep((last - first) / MINUTE_MS / mostTimes) * MINUTE_MS;
  const x = (at: number) => (at - from) / (to - from);
  const y = (price: number) => (top - price) / (top - bottom);
  return {
    lastStepAt: to - timeStep,
    x,
    timeAt: (share) => from + share * (to - from),
    y,
    holds: ([at, price]) => at <= to && price >= bottom && price <= top,
    tellsApart: ([at, price], other) =>
      Math.abs(x(at) - x(other[0])) * DRAWN_WIDTH >= 1 ||
      Math.abs(y(price) - y(other[1])) * DRAWN_HEIGHT >= 1,
    times: multiples(namedStep, from + VIETNAM_MS, to + VIETNAM_MS)
      .map((local) => local - VIETNAM_MS)
      .filter((at) => x(at) >= edge && x(at) <= 1 - edge),
    isDated,
    prices: multiples(priceStep, bottom, top),
    priceStep,
  };
}

/**
 * What the ends of an axis of time are multiples of, so that its names stay where they are, and the line needs no room
 * but its own, while some entries come: a minute of an hour, which is a multiple of it.
 *
 * @param length of the range in milliseconds, greater than 0
 */
export function axisStep(length: number): number {
  return SECOND_MS * clockStep(length / SECOND_MS / AXIS_STEPS);
}

/** The least of 1, 2, 2.5 and 5 times a power of ten that is not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 2.5, 5].find((factor) => factor * power >= least) ?? 10);
}

/** @param least minutes, or seconds, and so is what is returned */
function clockStep(least: number): number {
  return TIME_STEPS.find((step) => step >= least) ?? DAY_MINUTES * Math.ceil(least / DAY_MINUTES);
}

function multiples(step: number, from: number, to: number): number[] {
  const [first, last] = [Math.ceil(from / step), Math.floor(to / step)];
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/**
 * The point nearest to a time.
 *
 * @param points oldest first
 */
export function nearestPoint(points: readonly Point[], at: number): Point | undefined {
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  return before && after && at - before[0] < after[0] - at ? before : after;
}
