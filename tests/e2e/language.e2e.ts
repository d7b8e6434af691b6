import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { languageLink, type SectionPosition, scrollToSection, sectionPosition } from "../support/e2e-page";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

const LATEST_TITLE = {
  vi: "Thị trường tiền mã hóa mở đầu phiên thứ Tư với lợi thế nghiêng về bên mua",
  en: "The crypto market opened Wednesday with the balance tilted toward buyers",
};

const PAGES = [
  { name: "home", path: "/", heading: (language: "vi" | "en") => TEXTS[language].Home.title },
  {
    name: "the latest report",
    path: "/crypto_report",
    heading: (language: "vi" | "en") => LATEST_TITLE[language],
  },
  { name: "a report", path: "/crypto_report/1", heading: (language: "vi" | "en") => LATEST_TITLE[language] },
  {
    name: "the list",
    path: "/crypto_reports_list",
    heading: (language: "vi" | "en") => TEXTS[language].List.title,
  },
  { name: "not found", path: "/nowhere", heading: (language: "vi" | "en") => TEXTS[language].NotFound.title },
];

/** Waits until the page stands there; a section is about 1,000 px high, so within some 20 px. */
async function expectPosition(page: Page, expected: SectionPosition): Promise<void> {
  await expect
    .poll(async () => {
      const { index, fraction } = await sectionPosition(page);
      return {
        index,
        fraction: Math.abs(fraction - expected.fraction) < 0.02 ? expected.fraction : fraction,
      };
    })
    .toEqual(expected);
}

/** Follows a link where the page stands: Playwright's own click scrolls a sticky header's page first. */
async function activate(link: Locator): Promise<void> {
  await link.dispatchEvent("click");
}

for (const language of LANGUAGES) {
  const { Header, Site } = TEXTS[language];
  for (const { name, path, heading } of PAGES) {
    test(`${name} speaks ${language} throughout`, async ({ page, consoleMessages }) => {
      if (name === "not found") consoleMessages.allow(/status of 404/);
      await page.goto(pathIn(language, path));
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading(language));
      await expect(page.getByRole("navigation", { name: Header.navigation }).getByRole("link")).toHaveText([
        Header.home,
        Header.latest,
        Header.archive,
      ]);
      await expect(page).toHaveTitle(new RegExp(Site.name));
      await expect(page.getByRole("contentinfo")).toContainText(TEXTS[language].Footer.timeZone);
    });
  }
}

test.describe("a report without a translation", () => {
  for (const id of [REPORTS.vietnameseOnly, REPORTS.blankTranslation]) {
    test(`report ${id} is shown in Vietnamese, marked as such, with a notice in English`, async ({
      page,
    }) => {
      await page.goto(`/en/crypto_report/${id}`);
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await expect(page.getByText(TEXTS.en.Report.untranslated)).toBeVisible();
      await expect(page.getByRole("heading", { level: 1 })).toHaveAttribute("lang", "vi");
      await expect(page.locator("[lang=vi] > * > #report-container")).toBeVisible();
      await expect(page.locator("#site-contents ol")).toHaveAttribute("lang", "vi");
    });

    test(`report ${id} has no such notice in Vietnamese`, async ({ page }) => {
      await page.goto(`/crypto_report/${id}`);
      await expect(page.locator("#report-container")).toBeVisible();
      await expect(page.getByText(TEXTS.en.Report.untranslated)).toHaveCount(0);
      await expect(page.locator("main [lang]")).toHaveCount(0);
    });
  }

  test("is marked as Vietnamese in English lists", async ({ page }) => {
    await page.goto("/en/crypto_reports_list");
    const entry = page.getByRole("listitem").filter({ has: page.locator('a[href="/en/crypto_report/3"]') });
    await expect(entry).toContainText(TEXTS.en.List.onlyVietnamese);
    await expect(entry.getByRole("heading")).toHaveAttribute("lang", "vi");
    const translated = page
      .getByRole("listitem")
      .filter({ has: page.locator('a[href="/en/crypto_report/1"]') });
    await expect(translated).not.toContainText(TEXTS.en.List.onlyVietnamese);
  });
});

for (const zone of [{}, { timezoneId: "America/Los_Angeles", locale: "de-DE" }]) {
  test.describe(`in a browser with ${JSON.stringify(zone)}`, () => {
    test.use(zone);
    for (const [language, text] of [
      ["vi", /^18 tháng 11,? (năm )?2026 · 07:30$/],
      ["en", /^November 18, 2026 · 07:30$/],
    ] as const) {
      test(`dates are Vietnamese time, written in ${language}`, async ({ page }) => {
        for (const path of ["/crypto_report/1", "/crypto_reports_list", "/"]) {
          await page.goto(pathIn(language, path));
          // Not that of the market's figures.
          const time = page.locator("main time").filter({ hasNotText: "GMT" }).first();
          await expect(time).toHaveText(text);
          await expect(time).toHaveAttribute("datetime", "2026-11-18T00:30:00.000Z");
        }
      });
    }
  });
}

test.describe("the language link", () => {
  test("opens the same page in the other language, there and back", async ({ page }) => {
    for (const path of ["/", "/crypto_report", "/crypto_report/2", "/crypto_reports_list?page=3"]) {
      await page.goto(path);
      await expect(languageLink(page)).toHaveAttribute("lang", "en");
      await languageLink(page).click();
      await expect(page).toHaveURL(pathIn("en", path));
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await expect(languageLink(page)).toHaveAttribute("lang", "vi");
      await languageLink(page).click();
      await expect(page).toHaveURL(path);
      await expect(page.locator("html")).toHaveAttribute("lang", "vi");
    }
  });

  test("keeps the section in the address", async ({ page }) => {
    await page.goto("/crypto_report/1#derivatives-market");
    for (const path of ["/en/crypto_report/1", "/crypto_report/1"]) {
      await expectPosition(page, { index: 5, fraction: 0 });
      await activate(languageLink(page));
      await expect(page).toHaveURL(`${path}#derivatives-market`);
    }
    await expectPosition(page, { index: 5, fraction: 0 });
  });

  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    for (const hash of ["", "#market-overview"]) {
      test(`keeps the reading position at ${viewport.width} px${hash && ", also where the address names another section"}`, async ({
        page,
      }) => {
        await page.setViewportSize(viewport);
        await page.goto(`/crypto_report/1${hash}`);
        if (hash !== "") await expectPosition(page, { index: 1, fraction: 0 });
        for (const language of ["en", "vi"] as const) {
          await scrollToSection(page, { index: 6, fraction: 0.5 });
          await expectPosition(page, { index: 6, fraction: 0.5 });
          await activate(languageLink(page));
          await expect(page.locator("html")).toHaveAttribute("lang", language);
          await expectPosition(page, { index: 6, fraction: 0.5 });
        }
      });
    }
  }

  test("is remembered: the home address leads to the chosen language", async ({ page }) => {
    await page.goto("/crypto_report/1");
    await languageLink(page).click();
    await expect(page).toHaveURL("/en/crypto_report/1");
    await page.goto("/");
    await expect(page).toHaveURL("/en");
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await languageLink(page).click();
    await expect(page).toHaveURL("/");
    await expect(page.locator("html")).toHaveAttribute("lang", "vi");
    await page.goto("/crypto_report/1");
    await page.goto("/");
    await expect(page).toHaveURL("/");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(TEXTS.vi.Home.title);
  });

  test("does not keep who chose English from the Vietnamese home page", async ({ page, context }) => {
    await page.goto("/");
    await languageLink(page).click();
    await expect(page).toHaveURL("/en");
    await page.goBack();
    await expect(page).toHaveURL("/");
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("lang", "vi");
    await page.goForward();
    await expect(page).toHaveURL("/en");
    const opened = context.waitForEvent("page");
    await languageLink(page).click({ button: "middle" });
    const tab = await opened;
    await expect(tab.getByRole("heading", { level: 1 })).toHaveText(TEXTS.vi.Home.title);
    await expect(tab).toHaveURL("/");
  });

  test("leaves deep links in the language that they name", async ({ page }) => {
    await page.goto("/crypto_report/1");
    await languageLink(page).click();
    await expect(page).toHaveURL("/en/crypto_report/1");
    await page.goto("/crypto_report/2");
    await expect(page).toHaveURL("/crypto_report/2");
    await expect(page.locator("html")).toHaveAttribute("lang", "vi");
  });
});

test("the answer for an address is the same for every visitor", async ({ request }) => {
  const visitors = [
    { "accept-language": "vi" },
    { "accept-language": "en-US", cookie: "NEXT_LOCALE=en; language=en; theme=dark" },
  ];
  const answers = await Promise.all(visitors.map((headers) => request.get("/", { headers })));
  for (const answer of answers) {
    expect(answer.headers()["set-cookie"]).toBeUndefined();
    expect(answer.headers().vary ?? "").not.toMatch(/cookie|accept-language/i);
  }
  const [first, second] = await Promise.all(answers.map((answer) => answer.text()));
  expect(first === second).toBe(true);
});
