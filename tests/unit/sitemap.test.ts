import { describe, expect, test } from "vitest";
import { REPORTS_PER_SITEMAP, sitemapCount, sitemapIndexXml, sitemapXml } from "@/lib/seo/sitemap";

const report = (id: number) => ({ id, createdAt: new Date("2026-11-18T00:30:00Z") });
const latest = new Date("2026-11-20T00:00:00Z");

describe("sitemap", () => {
  test("a report stands in both languages, with its own date and its alternates", () => {
    const xml = sitemapXml("https://site.example", [report(7)], null);
    expect(xml.match(/<loc>[^<]*<\/loc>/g)).toEqual([
      "<loc>https://site.example/crypto_report/7</loc>",
      "<loc>https://site.example/en/crypto_report/7</loc>",
    ]);
    expect(xml.match(/<lastmod>2026-11-18T00:30:00\.000Z<\/lastmod>/g)).toHaveLength(2);
    expect(xml).toContain('hreflang="x-default" href="https://site.example/crypto_report/7"');
    expect(xml).toContain('hreflang="en" href="https://site.example/en/crypto_report/7"');
  });

  test("the fixed pages carry the date of the newest report", () => {
    const xml = sitemapXml("https://site.example", [], latest);
    expect(xml).toContain("<loc>https://site.example/en</loc><lastmod>2026-11-20T00:00:00.000Z</lastmod>");
  });

  test("a file holds at most 50,000 URLs, then there are several", () => {
    expect(sitemapCount(0)).toBe(1);
    expect(sitemapCount(REPORTS_PER_SITEMAP)).toBe(1);
    expect(sitemapCount(REPORTS_PER_SITEMAP + 1)).toBe(2);
    const full = sitemapXml(
      "https://site.example",
      Array.from({ length: REPORTS_PER_SITEMAP }, (_, index) => report(index + 1)),
      latest,
    );
    expect(full.match(/<loc>/g)?.length).toBeLessThanOrEqual(50_000);
    expect(Buffer.byteLength(full)).toBeLessThan(50 * 1024 * 1024);
    expect(sitemapIndexXml("https://site.example", 2)).toContain(
      "<loc>https://site.example/sitemaps/2</loc>",
    );
  });
});
