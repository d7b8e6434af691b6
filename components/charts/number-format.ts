import { LANGUAGE_TAGS } from "@/lib/i18n/format";

/** The site's languages. */
export type ChartLocale = "vi" | "en";

export interface Unit {
  readonly valuePrefix: string;
  readonly valueSuffix: string;
}

const MINUS = "\u2212";
const LARGEST_WRITTEN_OUT = 1e15;
const SMALLEST_WRITTEN_OUT = 1e-12;

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: ChartLocale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let found = formatters.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(LANGUAGE_TAGS[locale], options);
    formatters.set(key, found);
  }
  return found;
}

// Only magnitudes go through Intl: the sign is ours, so that server and browser cannot differ in it.
function formatMagnitude(magnitude: number, locale: ChartLocale): string {
  if (magnitude >= LARGEST_WRITTEN_OUT || (magnitude > 0 && magnitude < SMALLEST_WRITTEN_OUT)) {
    return formatter(locale, { notation: "scientific", maximumSignificantDigits: 4 }).format(magnitude);
  }
  return formatter(
    locale,
    magnitude < 1 ? { maximumSignificantDigits: 4 } : { maximumFractionDigits: 4 },
  ).format(magnitude);
}

/** A number as text, with up to four decimals that matter: 118420 → `118,420`, 0.0086 → `0.0086`. */
export function formatNumber(value: number, locale: ChartLocale): string {
  return (value < 0 ? MINUS : "") + formatMagnitude(Math.abs(value), locale);
}

/** A number with its unit, the sign in front of both: `−$148.7M`. */
export function formatAmount(value: number, unit: Unit, locale: ChartLocale): string {
  const sign = value < 0 ? MINUS : "";
  return sign + unit.valuePrefix + formatMagnitude(Math.abs(value), locale) + unit.valueSuffix;
}

/** A share (0 to 1) in percent, one decimal: `57.4%`; a sliver that would round to nothing is `<0.1%`. */
export function formatShare(share: number, locale: ChartLocale): string {
  const percent = formatter(locale, { style: "percent", maximumFractionDigits: 1 });
  return share > 0 && share < 0.0005 ? `<${percent.format(0.001)}` : percent.format(share);
}

/** An interval of a scale: `25 – 45`. */
export function formatRange(from: number, to: number, locale: ChartLocale): string {
  return `${formatNumber(from, locale)} \u2013 ${formatNumber(to, locale)}`;
}

/**
 * One tick of an axis. All ticks of an axis show the same number of decimals, which follows from the
 * distance between them; numbers of ten million and more are abbreviated.
 *
 * @param step distance between two ticks, in units of the axis
 */
export function formatTick(value: number, step: number, unit: Unit, locale: ChartLocale): string {
  const sign = value < 0 ? MINUS : "";
  const magnitude = Math.abs(value);
  const decimals = decimalsOf(step);
  const text =
    magnitude >= LARGEST_WRITTEN_OUT || step < SMALLEST_WRITTEN_OUT
      ? formatMagnitude(magnitude, locale)
      : formatter(
          locale,
          step >= 1e6 || magnitude >= 1e7
            ? {
                notation: "compact",
                // Vietnamese shortens "tỷ", a billion, to "T", which reads as a trillion.
                compactDisplay: locale === "vi" ? "long" : "short",
                maximumSignificantDigits: 4,
              }
            : { minimumFractionDigits: decimals, maximumFractionDigits: decimals },
        ).format(magnitude);
  return sign + unit.valuePrefix + text + unit.valueSuffix;
}

// Steps are 1, 2, 2.5 or 5 times a power of ten, give or take a rounding error of floating point.
function decimalsOf(step: number): number {
  if (!(step > 0)) return 0;
  for (let decimals = 0; decimals < 12; decimals++) {
    const scaled = step * 10 ** decimals;
    if (scaled > 0.5 && Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 12;
}
