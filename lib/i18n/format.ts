import type { Locale } from "./routing";

/** Every date and time on the site is Vietnamese time, in both languages. */
export const SITE_TIME_ZONE = "Asia/Ho_Chi_Minh";

/** The site's languages as `Intl` knows them (BCP 47). */
export const LANGUAGE_TAGS: Readonly<Record<Locale, string>> = { vi: "vi-VN", en: "en-US" };

export function formatNumber(locale: Locale, value: number): string {
  return new Intl.NumberFormat(LANGUAGE_TAGS[locale]).format(value);
}

/** "18 tháng 11, 2026" or "November 18, 2026". */
export function formatDate(locale: Locale, date: Date): string {
  return new Intl.DateTimeFormat(LANGUAGE_TAGS[locale], {
    dateStyle: "long",
    timeZone: SITE_TIME_ZONE,
  }).format(date);
}

/** "07:30", in Vietnamese time. */
export function formatTime(locale: Locale, date: Date): string {
  return new Intl.DateTimeFormat(LANGUAGE_TAGS[locale], {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: SITE_TIME_ZONE,
  }).format(date);
}

/** "93,4%" or "93.4%", of a share from 0 to 1. */
export function formatShare(locale: Locale, share: number): string {
  return new Intl.NumberFormat(LANGUAGE_TAGS[locale], {
    style: "percent",
    maximumFractionDigits: 1,
  }).format(share);
}

const AGE_UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** "3 giờ trước" or "3 hours ago", in the largest unit that fits once. Less than a second ago, or ahead, is now. */
export function formatAge(locale: Locale, milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  const [unit, length] = AGE_UNITS.find(([, ms]) => age >= ms) ?? ["second", 1_000];
  const format = new Intl.RelativeTimeFormat(LANGUAGE_TAGS[locale], {
    numeric: age < 1_000 ? "auto" : "always",
  });
  return format.format(-Math.floor(age / length), unit);
}
