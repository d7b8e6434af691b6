import { LANGUAGE_TAGS, SITE_TIME_ZONE } from "@/lib/i18n/format";
import type { Locale } from "@/lib/i18n/routing";

/** An amount of money in two parts: the unit is set smaller, and may stand on a line of its own. */
export interface CompactAmount {
  /** With the currency sign: `$2.41`. */
  readonly number: string;
  /** Empty where the number is written out. */
  readonly unit: keyof AmountUnits | null;
}

/** What powers of ten are called. */
export interface AmountUnits {
  readonly trillion: string;
  readonly billion: string;
  readonly million: string;
}

const MINUS = "\u2212";
/** Each with the least amount that is one of it: what the unit below would round to a thousand. */
const UNITS = [
  ["trillion", 1e12, 1e12 - 0.005e9],
  ["billion", 1e9, 1e9 - 0.005e6],
  ["million", 1e6, 1e6 - 0.5],
] as const;
const DAY_MS = 86_400_000;

const formatters = new Map<string, Intl.NumberFormat>();

/** A magnitude with exactly so many decimals, so that digits stand where they stood before. */
function formatFixed(locale: Locale, magnitude: number, decimals: number): string {
  const key = `${locale} ${decimals}`;
  let found = formatters.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(LANGUAGE_TAGS[locale], {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    formatters.set(key, found);
  }
  return found.format(magnitude);
}

const LEAST_PRICE = 1e-6;

/**
 * A price in USD: `$64,012.34`; below a dollar with as many decimals as tell it apart, six at most: `$0.5213`.
 * What they cannot tell is no price of zero: `<$0.000001`.
 */
export function formatPrice(locale: Locale, usd: number): string {
  if (usd < LEAST_PRICE) return `<${formatPrice(locale, LEAST_PRICE)}`;
  const decimals = usd >= 1 ? 2 : usd >= 0.1 ? 4 : 6;
  return `$${formatFixed(locale, usd, decimals)}`;
}

/** An amount in USD, with two decimals of the largest unit that it has once it is rounded. */
export function compactAmount(locale: Locale, usd: number): CompactAmount {
  const [unit, size] = UNITS.find(([, , least]) => usd >= least) ?? [null, 1];
  return { number: `$${formatFixed(locale, usd / size, unit === null ? 0 : 2)}`, unit };
}

/** A change in percent with its sign: `+1.24%`, `−0.30%`, and `0.00%` for what rounds to nothing. */
export function formatChange(locale: Locale, percent: number): string {
  const magnitude = `${formatFixed(locale, Math.abs(percent), 2)}%`;
  return `${signs[directionOf(percent)]}${magnitude}`;
}

export type Direction = "up" | "down" | "none";

const signs: Readonly<Record<Direction, string>> = { up: "+", down: MINUS, none: "" };

/** By what is shown: a change that rounds to nothing is none. */
export function directionOf(percent: number): Direction {
  if (Math.abs(percent) < 0.005) return "none";
  return percent > 0 ? "up" : "down";
}

/** A share in percent, one decimal: `57.2%`. */
export function formatPercent(locale: Locale, percent: number): string {
  return `${formatFixed(locale, percent, 1)}%`;
}

/** A reading of a scale: `61` or `48.3`. */
export function formatReading(locale: Locale, value: number): string {
  return formatFixed(locale, value, Number.isInteger(value) ? 0 : 1);
}

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const CLOCKS = {
  hour: TIME,
  second: { ...TIME, second: "2-digit" },
  day: { day: "2-digit", month: "2-digit", year: "numeric" },
} as const;

const clocks = new Map<string, Intl.DateTimeFormat>();

function tell(locale: Locale, shown: keyof typeof CLOCKS, at: number): string {
  const key = `${locale} ${shown}`;
  let found = clocks.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(LANGUAGE_TAGS[locale], { timeZone: SITE_TIME_ZONE, ...CLOCKS[shown] });
    clocks.set(key, found);
  }
  return found.format(at);
}

/** Whether figures of that age are told with their date; null is unknown. */
export function isOfAnotherDay(ageMs: number | null): boolean {
  return ageMs !== null && spansDays(ageMs);
}

/** "14:05:09", in Vietnamese time; with its date where that is not plain. */
export function formatMoment(locale: Locale, at: number, isDated: boolean): string {
  const time = tell(locale, "second", at);
  return isDated ? `${time} ${tell(locale, "day", at)}` : time;
}

/** "14:05", for an axis; "14:05 27/11" with its day. */
export function formatHour(locale: Locale, at: number, isDated: boolean): string {
  const time = tell(locale, "hour", at);
  // Without the year. `Intl` would write day and month alone with a dash in Vietnamese.
  return isDated ? `${time} ${tell(locale, "day", at).slice(0, 5)}` : time;
}

/** Whether times that far apart are told with their days. */
export function spansDays(milliseconds: number): boolean {
  return milliseconds >= DAY_MS;
}
