import type { Page } from "@playwright/test";
import postgres from "postgres";
import { createTestDatabase } from "../support/database";
import { test as base, expect } from "../support/e2e";
import { fixtureReports, insertReports } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";
import { startSite } from "../support/server";

/** A site of its own, whose reports can be taken away and given back. */
interface Outage {
  url: string;
  /** Makes every query fail until `end`. */
  begin(): Promise<void>;
  end(): Promise<void>;
}

const test = base.extend<object, { outage: Outage }>({
  outage: [
    async ({ browserName: _ }, use) => {
      const database = await createTestDatabase();
      await insertReports(database.url, await fixtureReports());
      const site = await startSite({ databaseUrl: database.url });
      const sql = postgres(database.url, { max: 1 });
      try {
        await use({
          url: site.url,
          begin: async () => void (await sql`ALTER TABLE crypto_report RENAME TO crypto_report_away`),
          end: async () => void (await sql`ALTER TABLE crypto_report_away RENAME TO crypto_report`),
        });
      } finally {
        await sql.end();
        await site.stop();
        await database.drop();
      }
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ outage }, use) => use(outage.url),
});

// They share a site, and a page that was rendered once is kept: each test reads a report of its own.
test.describe.configure({ mode: "default" });

function retry(page: Page, language: "vi" | "en") {
  const { retry: name } = TEXTS[language].Error;
  return page
    .getByRole("main")
    .getByRole("link", { name })
    .or(page.getByRole("main").getByRole("button", { name }));
}

for (const [index, language] of LANGUAGES.entries()) {
  const { Error: texts, Home } = TEXTS[language];
  const heading = (page: Page) => page.getByRole("heading", { level: 1 });

  test(`a report that cannot be read says so in ${language}, and appears on retry`, async ({
    page,
    outage,
    consoleMessages,
  }) => {
    consoleMessages.allow(/status of 500/);
    await outage.begin();
    try {
      const answer = await page.goto(pathIn(language, `/crypto_report/${index + 2}`));
      expect(answer?.status()).toBe(500);
      expect(await answer?.text()).not.toMatch(/relation |select |postgres|node_modules/i);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(heading(page)).toHaveText(texts.title);
      await expect(page.getByText(texts.text)).toBeVisible();
      await retry(page, language).click();
      await expect(heading(page)).toHaveText(texts.title);
    } finally {
      await outage.end();
    }
    await retry(page, language).click();
    await expect(page.locator("#report-container")).toBeVisible();
    await expect(page).toHaveURL(pathIn(language, `/crypto_report/${index + 2}`));
  });

  test(`a report that is opened by a click in ${language} says so too`, async ({
    page,
    outage,
    consoleMessages,
  }) => {
    consoleMessages.allow(/status of 500|Server Components render/);
    await page.goto(pathIn(language, "/"));
    await outage.begin();
    try {
      await page
        .locator(`main a[href="${pathIn(language, "/crypto_report/4")}"]`)
        .first()
        .click();
      await expect(heading(page)).toHaveText(texts.title);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
    } finally {
      await outage.end();
    }
    await retry(page, language).click();
    await expect(page.locator("#report-container")).toBeVisible();
  });

  test(`pages that were read before stay readable in ${language}`, async ({ page, outage }) => {
    await outage.begin();
    try {
      const answer = await page.goto(pathIn(language, "/"));
      expect(answer?.status()).toBe(200);
      await expect(heading(page)).toHaveText(Home.title);
    } finally {
      await outage.end();
    }
  });
}

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a page that cannot be read says so, and a retry asks for the same page again", async ({
    page,
    outage,
    consoleMessages,
  }) => {
    consoleMessages.allow(/status of 500/);
    await outage.begin();
    try {
      const answer = await page.goto("/en/crypto_report/1?from=feed");
      expect(answer?.status()).toBe(500);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(TEXTS.en.Error.title);
      await expect(page).toHaveTitle(`${TEXTS.en.Error.title} | ${TEXTS.en.Site.name}`);
    } finally {
      await outage.end();
    }
    await retry(page, "en").click();
    await expect(page).toHaveURL("/en/crypto_report/1?from=feed");
    await expect(page.locator("#report-container")).toBeVisible();
  });
});
