import type { Metadata } from "next";
import { type Locale, localizedPath, routing } from "../i18n/routing";

export interface PageDescription {
  /** Public origin, without a trailing slash. */
  readonly siteUrl: string;
  readonly siteName: string;
  readonly locale: Locale;
  /** Canonical path of the page without its language prefix, with its query. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly article?: { readonly publishedAt: Date; readonly image: string };
}

const OPEN_GRAPH_LOCALES: Record<Locale, string> = { vi: "vi_VN", en: "en_US" };

/** Size of the generated sharing image, in pixels. */
export const CARD_SIZE = { width: 1200, height: 630 } as const;

/** Title, canonical and alternate addresses, Open Graph and Twitter data of a page. */
export function pageMetadata(page: PageDescription): Metadata {
  const address = (locale: Locale) => page.siteUrl + localizedPath(locale, page.path);
  const { title, description } = page;
  const image = page.article?.image ?? page.siteUrl + localizedPath(page.locale, "/card.png");
  const images = [{ url: image, ...CARD_SIZE, alt: title }];
  const common = {
    title,
    description,
    url: address(page.locale),
    siteName: page.siteName,
    locale: OPEN_GRAPH_LOCALES[page.locale],
    alternateLocale: routing.locales.filter((l) => l !== page.locale).map((l) => OPEN_GRAPH_LOCALES[l]),
    images,
  };
  return {
    title,
    description,
    manifest: "/manifest.webmanifest",
    icons: {
      icon: [
        { url: "/favicon.ico", sizes: "32x32" },
        { url: "/static/icon.svg", type: "image/svg+xml" },
      ],
      apple: "/static/apple-touch-icon.png",
    },
    alternates: {
      canonical: address(page.locale),
      languages: {
        ...Object.fromEntries(routing.locales.map((locale) => [locale, address(locale)])),
        "x-default": address(routing.defaultLocale),
      },
      types: { "application/rss+xml": page.siteUrl + localizedPath(page.locale, "/rss.xml") },
    },
    openGraph: page.article
      ? { ...common, type: "article", publishedTime: page.article.publishedAt.toISOString() }
      : { ...common, type: "website" },
    twitter: { card: "summary_large_image", title, description, images },
  };
}
