import { describe, expect, test } from "vitest";
import { pageMetadata } from "@/lib/seo/page-metadata";

const page = {
  siteUrl: "https://site.example",
  siteName: "Crypto Report",
  locale: "en" as const,
  path: "/crypto_reports_list?page=2",
  title: "All reports",
  description: "Every report.",
};

describe("page metadata", () => {
  test("canonical and alternates are absolute and name both languages", () => {
    expect(pageMetadata(page).alternates).toMatchObject({
      canonical: "https://site.example/en/crypto_reports_list?page=2",
      languages: {
        vi: "https://site.example/crypto_reports_list?page=2",
        en: "https://site.example/en/crypto_reports_list?page=2",
        "x-default": "https://site.example/crypto_reports_list?page=2",
      },
      types: { "application/rss+xml": "https://site.example/en/rss.xml" },
    });
  });

  test("a page that is no article has the picture of the site, in its language", () => {
    const images = [
      { url: "https://site.example/en/card.png", width: 1200, height: 630, alt: "All reports" },
    ];
    expect(pageMetadata(page)).toMatchObject({
      openGraph: { type: "website", images },
      twitter: { card: "summary_large_image", images },
    });
  });

  test("an article has its date and picture for sharing", () => {
    const article = { publishedAt: new Date("2026-11-18T00:30:00Z"), image: "https://site.example/card.png" };
    const { openGraph, twitter } = pageMetadata({ ...page, article });
    expect(openGraph).toMatchObject({
      type: "article",
      locale: "en_US",
      publishedTime: "2026-11-18T00:30:00.000Z",
      images: [{ url: "https://site.example/card.png", width: 1200, height: 630, alt: "All reports" }],
    });
    expect(twitter).toMatchObject({ card: "summary_large_image" });
  });
});
