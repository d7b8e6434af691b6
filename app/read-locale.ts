import { notFound } from "next/navigation";
import { hasLocale } from "next-intl";
import { type Locale, routing } from "@/lib/i18n/routing";

/** The language of a page; not found when the first segment of its path is none. */
export async function readLocale(params: Promise<{ locale: string }>): Promise<Locale> {
  const { locale } = await params;
  if (!hasLocale(routing.locales, locale)) notFound();
  return locale;
}
