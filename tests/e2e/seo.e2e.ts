import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { REPORT_COUNT, REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

const TITLE = {
  vi: "Thị trường tiền mã hóa mở đầu phiên thứ Tư với lợi thế nghiêng về bên mua",
  en: "The crypto market opened Wednesday with the balance tilted toward buyers",
};
const LEAD = {
  vi: "Bitcoin giữ vững phía trên $118,000",
  en: "Bitcoin is holding above $118,000",
};
const PUBLISHED = "2026-11-18T00:30:00.000Z";

function meta(page: Page, name: string) {
  return page.locator(`meta[name="${name}"], meta[property="${name}"]`);
}

/** Canonical and alternate addresses of the page, by language. */
async function addresses(page: Page): Promise<Record<string, string>> {
  const found = await page
    .locator("link[rel=canonical], link[rel=alternate][hreflang]")
    .evaluateAll((links) =>
      links.map((link) => [link.getAttribute("hreflang") ?? "canonical", (link as HTMLLinkElement).href]),
    );
  return Object.fromEntries(found);
}

for (const language of LANGUAGES) {
  for (const path of ["/crypto_report", "/crypto_report/1"]) {
    test(`${pathIn(language, path)} is described by the report, at the report's own address`, async ({
      page,
      baseURL,
    }) => {
      await page.goto(pathIn(language, path));
      await expect(page).toHaveTitle(`${TITLE[language]} | ${TEXTS[language].Site.name}`);
      await expect(meta(page, "description")).toHaveAttribute(
        "content",
        new RegExp(`^${LEAD[language].replace("$", "\\$")}`),
      );
      const url = `${baseURL}${pathIn(language, "/crypto_report/1")}`;
      expect(await addresses(page)).toEqual({
        canonical: url,
        vi: `${baseURL}/crypto_report/1`,
        en: `${baseURL}/en/crypto_report/1`,
        "x-default": `${baseURL}/crypto_report/1`,
      });
      await expect(meta(page, "og:type")).toHaveAttribute("content", "article");
      await expect(meta(page, "og:url")).toHaveAttribute("content", url);
      await expect(meta(page, "og:title")).toHaveAttribute("content", new RegExp(`^${TITLE[language]}`));
      await expect(meta(page, "og:image")).toHaveAttribute("content", `${url}/card.png`);
      await expect(meta(page, "article:published_time")).toHaveAttribute("content", PUBLISHED);
      await expect(meta(page, "twitter:card")).toHaveAttribute("content", "summary_large_image");
    });
  }

  test(`structured data in ${language} names the article and its place`, async ({ page, baseURL }) => {
    await page.goto(pathIn(language, "/crypto_report/1"));
    const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? "");
    const url = `${baseURL}${pathIn(language, "/crypto_report/1")}`;
    expect(data).toEqual([
      expect.objectContaining({
        "@type": "Article",
        headline: TITLE[language],
        inLanguage: language,
        datePublished: PUBLISHED,
        url,
        image: `${url}/card.png`,
      }),
      expect.objectContaining({
        "@type": "BreadcrumbList",
        itemListElement: [1, 2, 3].map((position) =>
          expect.objectContaining({ "@type": "ListItem", position }),
        ),
      }),
    ]);
  });

  test(`the home page and the list in ${language} name their own addresses`, async ({ page, baseURL }) => {
    for (const path of ["/", "/crypto_reports_list", "/crypto_reports_list?page=3"]) {
      await page.goto(pathIn(language, path));
      const absolute = (at: string) => `${baseURL}${at === "/" ? "/" : at}`;
      const found = await addresses(page);
      expect(found).toEqual({
        canonical: absolute(pathIn(language, path)),
        vi: absolute(path),
        en: absolute(pathIn("en", path)),
        "x-default": absolute(path),
      });
      await expect(meta(page, "description")).toHaveAttribute("content", /.{40,}/);
    }
  });

  test(`the feed in ${language} is well-formed and holds the newest reports`, async ({
    page,
    request,
    baseURL,
  }) => {
    const path = pathIn(language, "/rss.xml");
    const answer = await request.get(path);
    expect(answer.headers()["content-type"]).toContain("application/rss+xml");
    await page.goto(pathIn(language, "/"));
    expect(
      await page
        .locator('link[type="application/rss+xml"]')
        .evaluate((link) => (link as HTMLLinkElement).href),
    ).toBe(baseURL + path);
    const feed = await page.evaluate(
      (xml) => {
        const parsed = new DOMParser().parseFromString(xml, "application/xml");
        const text = (selector: string) => parsed.querySelector(selector)?.textContent;
        return {
          errors: parsed.querySelectorAll("parsererror").length,
          language: text("channel > language"),
          items: parsed.querySelectorAll("item").length,
          title: text("item > title"),
          link: text("item > link"),
          date: text("item > pubDate"),
        };
      },
      await answer.text(),
    );
    expect(feed).toEqual({
      errors: 0,
      language,
      items: 20,
      title: TITLE[language],
      link: `${baseURL}${pathIn(language, "/crypto_report/1")}`,
      date: "Wed, 18 Nov 2026 00:30:00 GMT",
    });
  });

  test(`the picture for links in ${language} is a PNG of 1200 × 630`, async ({ request }) => {
    const reports = [REPORTS.full, REPORTS.vietnameseOnly, REPORTS.empty];
    for (const path of ["/card.png", ...reports.map((id) => `/crypto_report/${id}/card.png`)]) {
      const answer = await request.get(pathIn(language, path));
      expect(answer.status()).toBe(200);
      expect(answer.headers()["content-type"]).toBe("image/png");
      const body = await answer.body();
      expect(body.subarray(1, 4).toString()).toBe("PNG");
      expect([body.readUInt32BE(16), body.readUInt32BE(20)]).toEqual([1200, 630]);
    }
    expect((await request.get(pathIn(language, "/crypto_report/999999/card.png"))).status()).toBe(404);
  });
}

test("an untranslated report says in its English data that it is Vietnamese", async ({ page }) => {
  await page.goto(`/en/crypto_report/${REPORTS.vietnameseOnly}`);
  const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? "");
  expect(data[0].inLanguage).toBe("vi");
});

test("the sitemap lists every page in both languages, with the dates of the reports", async ({
  page,
  request,
  baseURL,
}) => {
  const answer = await request.get("/sitemap.xml");
  expect(answer.headers()["content-type"]).toContain("application/xml");
  await page.goto("/");
  const sitemap = await page.evaluate(
    (xml) => {
      const parsed = new DOMParser().parseFromString(xml, "application/xml");
      const entries = [...parsed.querySelectorAll("url")].map((url): [string, string] => [
        url.querySelector("loc")?.textContent ?? "",
        url.querySelector("lastmod")?.textContent ?? "",
      ]);
      return { errors: parsed.querySelectorAll("parsererror").length, entries };
    },
    await answer.text(),
  );
  expect(sitemap.errors).toBe(0);
  const dates = new Map(sitemap.entries);
  expect(dates.size).toBe((REPORT_COUNT + 2) * 2);
  expect(dates.get(`${baseURL}/`)).toBe(PUBLISHED);
  expect(dates.get(`${baseURL}/crypto_report/1`)).toBe(PUBLISHED);
  expect(dates.get(`${baseURL}/en/crypto_report/1`)).toBe(PUBLISHED);
  expect(dates.get(`${baseURL}/en/crypto_report/3`)).toBe("2026-11-10T01:00:00.000Z");
  expect(dates.get(`${baseURL}/crypto_report/101`)).toBe("2025-01-01T00:00:00.000Z");
  expect((await request.get("/sitemaps/2")).status()).toBe(404);
});

test("robots.txt lets everything be read and names the sitemap", async ({ request, baseURL }) => {
  const text = await (await request.get("/robots.txt")).text();
  expect(text).toContain("User-agent: *\nAllow: /\n");
  expect(text).toContain(`Sitemap: ${baseURL}/sitemap.xml`);
});

test("the manifest and every icon that pages and manifest name are there", async ({ page, request }) => {
  const manifest = await (await request.get("/manifest.webmanifest")).json();
  await page.goto("/crypto_report/1");
  const named = await page
    .locator("link[rel~=icon], link[rel=apple-touch-icon], link[rel=manifest]")
    .evaluateAll((links) => links.map((link) => (link as HTMLLinkElement).href));
  expect(named.length).toBe(4);
  const icons: string[] = manifest.icons.map(({ src }: { src: string }) => src);
  expect(icons.length).toBeGreaterThan(1);
  for (const path of [...named, ...icons, "/favicon.ico"]) {
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()["content-type"], path).toMatch(/^image\/|manifest/);
    expect((await answer.body()).length, path).toBeGreaterThan(100);
  }
});
