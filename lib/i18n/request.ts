import { locale as rootLocale } from "next/root-params";
import { hasLocale } from "next-intl";
import { getRequestConfig } from "next-intl/server";
import { SITE_TIME_ZONE } from "./format";
import { routing } from "./routing";

/** Route handlers name their locale; pages have it in their root parameter. */
export default getRequestConfig(async ({ locale: explicit }) => {
  const requested = explicit ?? (await rootLocale());
  const locale = hasLocale(routing.locales, requested) ? requested : routing.defaultLocale;
  const messages = locale === "en" ? await import("@/messages/en.json") : await import("@/messages/vi.json");
  return { locale, timeZone: SITE_TIME_ZONE, messages: messages.default };
});
