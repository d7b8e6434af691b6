import { defineRouting } from "next-intl/routing";

/** Vietnamese has no prefix; English is the same path under `/en` (contracts: section 3). */
export const routing = defineRouting({
  locales: ["vi", "en"],
  defaultLocale: "vi",
  localePrefix: "as-needed",
  // The path alone decides: an answer that depended on a cookie or a header could not be cached.
  localeDetection: false,
  localeCookie: false,
});

export type Locale = (typeof routing.locales)[number];

/** The public path of `path` (which starts with "/" and has no language prefix) in a language. */
export function localizedPath(locale: Locale, path: string): string {
  if (locale === routing.defaultLocale) return path;
  return path === "/" ? `/${locale}` : `/${locale}${path}`;
}
