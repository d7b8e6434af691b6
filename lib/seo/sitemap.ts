import { localizedPath, routing } from "../i18n/routing";
import type { ReportReference } from "../reports/repository";

/** The protocol's limit is 50,000 URLs a file; a report has one URL in each language. */
export const REPORTS_PER_SITEMAP = 25_000 - 10;

const FIXED_PATHS = ["/", "/crypto_reports_list"];

/** Files that a site of so many reports needs. */
export function sitemapCount(reportCount: number): number {
  return Math.max(1, Math.ceil(reportCount / REPORTS_PER_SITEMAP));
}

/**
 * One sitemap file: every page in both languages, each naming the other. The fixed pages stand in
 * the file that is given `latest`, the date of the newest report.
 */
export function sitemapXml(
  siteUrl: string,
  reports: readonly ReportReference[],
  latest: Date | null,
): string {
  const fixed = latest === null ? [] : FIXED_PATHS.flatMap((path) => entries(siteUrl, path, latest));
  const pages = reports.flatMap(({ id, createdAt }) => entries(siteUrl, `/crypto_report/${id}`, createdAt));
  return `${XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${[...fixed, ...pages].join("\n")}\n</urlset>\n`;
}

export function sitemapIndexXml(siteUrl: string, count: number): string {
  const files = Array.from(
    { length: count },
    (_, index) => `<sitemap><loc>${escapeXml(`${siteUrl}/sitemaps/${index + 1}`)}</loc></sitemap>`,
  );
  return `${XML}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${files.join("\n")}\n</sitemapindex>\n`;
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

function entries(siteUrl: string, path: string, modified: Date): string[] {
  const address = (locale: (typeof routing.locales)[number]) =>
    escapeXml(siteUrl + localizedPath(locale, path));
  const alternates = [
    ...routing.locales.map((locale) => ({ lang: locale as string, href: address(locale) })),
    { lang: "x-default", href: address(routing.defaultLocale) },
  ]
    .map(({ lang, href }) => `<xhtml:link rel="alternate" hreflang="${lang}" href="${href}"/>`)
    .join("");
  return routing.locales.map(
    (locale) =>
      `<url><loc>${address(locale)}</loc><lastmod>${modified.toISOString()}</lastmod>${alternates}</url>`,
  );
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
