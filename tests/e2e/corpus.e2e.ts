import { expect, type Page } from "@playwright/test";
import { xmlText } from "../../app/[locale]/rss.xml/xml-text";
import { readHeadline } from "../../lib/reports/document/build-document";
import { INJECTED_ROWS, type InjectedRow, injectedReportRows } from "../fixtures/injected-rows";
import { marker } from "../fixtures/injections";
import { harmlessPath, test } from "../support/e2e-corpus";
import {
  brokenRules,
  clobberedNames,
  coveredParts,
  invisibleTexts,
  siteAppearance,
  useEverything,
} from "../support/e2e-intact";
import { scrollThrough } from "../support/e2e-page";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

/** What the site makes of a row's heading. */
const titles = new Map(
  injectedReportRows().map(({ id, html_content }) => [id, readHeadline(html_content).title ?? ""]),
);
const titleOf = (row: InjectedRow) => titles.get(row.id) ?? "";
const pathOf = (row: InjectedRow, language: "vi" | "en") => pathIn(language, `/crypto_report/${row.id}`);

for (const language of LANGUAGES) {
  for (const row of INJECTED_ROWS) {
    test(`row ${row.id} in ${language}: nothing runs or loads, and all that is harmless is read`, async ({
      page,
      incidents,
    }) => {
      test.slow();
      const vectors = row.vectors[language];
      await page.goto(pathIn(language, harmlessPath), { waitUntil: "load" });
      const harmless = await siteAppearance(page);

      await page.goto(pathOf(row, language), { waitUntil: "load" });
      const path = new URL(page.url()).pathname;
      expect(await siteAppearance(page)).toEqual(harmless);
      expect(await page.title()).toBe(`${titleOf(row)} | ${TEXTS[language].Site.name}`);

      await scrollThrough(page);
      await useEverything(page);

      const visible = vectors.filter((vector) => !vector.hidesReport);
      const texts = visible.flatMap((vector) =>
        vector.endsReport ? [marker.before(vector)] : [marker.before(vector), marker.after(vector)],
      );
      expect(await invisibleTexts(page, texts)).toEqual([]);
      const styled = visible.filter((vector) => vector.css !== "" && !vector.endsStyles);
      expect(
        await brokenRules(
          page,
          styled.map(({ id }) => id),
        ),
      ).toEqual([]);
      expect(await clobberedNames(page)).toEqual([]);
      expect(await coveredParts(page)).toEqual([]);
      await expect(page.getByRole("cell", { name: "escaped", exact: true })).toHaveCount(0);
      expect(await page.title()).toBe(`${titleOf(row)} | ${TEXTS[language].Site.name}`);
      expect(new URL(page.url()).pathname).toBe(path);
      expect(await page.evaluate(() => [document.cookie, localStorage.length, frames.length])).toEqual([
        "",
        0,
        0,
      ]);
      expect(incidents.seen).toEqual([]);
    });
  }
}

test("the canaries notice what this suite must not find", async ({ page, incidents, consoleMessages }) => {
  consoleMessages.allow(/Failed to load resource/);
  await page.goto(harmlessPath, { waitUntil: "load" });
  await page.evaluate(async () => {
    const { __pwned } = window as unknown as { __pwned: (index: number) => void };
    __pwned(7);
    alert("x");
    window.open("/x");
    await fetch("/pwned-control").catch(() => {});
    document.body.append(document.createElement("iframe"));
  });
  expect(incidents.seen.map((incident) => incident.replace(/http\S*:\d+/, ""))).toEqual([
    "__pwned(7)",
    "alert(x)",
    "open(/x)",
    "request: /pwned-control",
    expect.stringContaining("frame:"),
  ]);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("no report loads anything", async ({ page, incidents }) => {
    test.slow();
    for (const row of INJECTED_ROWS) await page.goto(pathOf(row, "vi"), { waitUntil: "load" });
    expect(incidents.seen).toEqual([]);
  });
});

test.describe("titles with markup", () => {
  for (const language of LANGUAGES) {
    test(`are text on the home page in ${language}`, async ({ page, incidents }) => {
      await page.goto(pathIn(language, "/"), { waitUntil: "load" });
      const [latest, ...recent] = INJECTED_ROWS;
      for (const row of [latest, ...recent.slice(0, 6)]) if (row) await expectLink(page, row, language);
      expect(await clobberedNames(page)).toEqual([]);
      expect(incidents.seen).toEqual([]);
    });

    test(`are text in the list in ${language}`, async ({ page, incidents }) => {
      for (const [index, row] of INJECTED_ROWS.entries()) {
        const address = pathIn(
          language,
          `/crypto_reports_list${index < 10 ? "" : `?page=${Math.floor(index / 10) + 1}`}`,
        );
        if (index % 10 === 0) await page.goto(address, { waitUntil: "load" });
        await expectLink(page, row, language);
      }
      expect(incidents.seen).toEqual([]);
    });

    test(`are text in the feed in ${language}`, async ({ page }) => {
      await page.goto(pathIn(language, harmlessPath));
      const feed = await page.evaluate(readXml, pathIn(language, "/rss.xml"));
      expect(feed.error).toBeNull();
      expect(feed.names.filter((name) => /^(?:script|img|svg|iframe|b)$/i.test(name))).toEqual([]);
      expect(feed.titles.slice(1)).toEqual(INJECTED_ROWS.slice(0, 20).map(titleOf).map(xmlText));
    });

    test(`arrive whole when a report is opened from the list in ${language}`, async ({ page, incidents }) => {
      for (const row of INJECTED_ROWS.slice(0, 10)) {
        await page.goto(pathIn(language, "/crypto_reports_list"), { waitUntil: "load" });
        await page.locator(`main a[href="${pathOf(row, language)}"]`).click();
        await expect(page.locator("article h1")).toHaveText(titleOf(row).replace(/\s+/g, " "));
      }
      expect(incidents.seen).toEqual([]);
    });
  }

  test("are text in what search engines read", async ({ page }) => {
    test.slow();
    for (const row of INJECTED_ROWS) {
      await page.goto(pathOf(row, "vi"), { waitUntil: "domcontentloaded" });
      const data = await page.locator('script[type="application/ld+json"]').allTextContents();
      const [article] = data.flatMap((text) => JSON.parse(text));
      expect(article.headline).toBe(titleOf(row).slice(0, 110));
      const shared = page.locator('meta[property="og:title"]');
      expect(await shared.getAttribute("content")).toContain(titleOf(row));
    }
  });

  test("do not reach the sitemap", async ({ page }) => {
    await page.goto(harmlessPath);
    const sitemap = await page.evaluate(readXml, "/sitemap.xml");
    expect(sitemap.error).toBeNull();
    expect(new Set(sitemap.names)).toEqual(new Set(["urlset", "url", "loc", "lastmod", "xhtml:link"]));
  });

  test("become pictures, for which the site asks nobody", async ({ request, site }) => {
    test.slow();
    for (const language of LANGUAGES) {
      for (const row of INJECTED_ROWS) {
        const card = await request.get(`${pathOf(row, language)}/card.png`);
        expect(card.status(), titleOf(row)).toBe(200);
        expect((await card.body()).subarray(1, 4).toString()).toBe("PNG");
      }
    }
    expect(site.output().match(/^connection to .*$/gm) ?? []).toEqual([]);
  });
});

test("no report writes a line of the log", async ({ request, site }) => {
  for (const language of LANGUAGES) for (const row of INJECTED_ROWS) await request.get(pathOf(row, language));
  const lines = site
    .output()
    .split("\n")
    .filter((line) => line !== "");
  expect(lines.filter((line) => /forged line$/.test(line))).toEqual([]);
  expect(lines.filter((line) => /^\S+ error /.test(line))).toEqual([]);
});

async function expectLink(page: Page, row: InjectedRow, language: "vi" | "en"): Promise<void> {
  const link = page.locator(`main :is(h2, h3) a[href="${pathOf(row, language)}"]`);
  expect(await link.textContent()).toBe(titleOf(row));
}

/** In the page: an XML file as its reader sees it. */
async function readXml(path: string) {
  const text = await (await fetch(path)).text();
  const parsed = new DOMParser().parseFromString(text, "application/xml");
  return {
    error: parsed.querySelector("parsererror")?.textContent ?? null,
    names: [...parsed.querySelectorAll("*")].map((element) => element.nodeName),
    titles: [...parsed.querySelectorAll("title")].map((element) => element.textContent),
  };
}
