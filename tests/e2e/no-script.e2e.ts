import { expect, test } from "../support/e2e";
import { figures } from "../support/e2e-charts";
import { languageLink, sections } from "../support/e2e-page";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

test.use({ javaScriptEnabled: false });

for (const language of LANGUAGES) {
  const { Report } = TEXTS[language];

  test(`a report in ${language} is all there: text, tables, and the charts' numbers`, async ({ page }) => {
    await page.goto(pathIn(language, `/crypto_report/${REPORTS.full}`));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(sections(page)).toHaveCount(13);
    for (const section of await sections(page).all()) {
      await expect(section.getByRole("heading", { level: 2 })).toBeVisible();
      await expect(section).toHaveCSS("content-visibility", "visible");
    }
    await expect(figures(page)).toHaveCount(7);
    for (const figure of await figures(page).all()) {
      const table = await figure.locator("table").boundingBox();
      expect(table?.height).toBeGreaterThan(40);
      await expect(figure.locator("figcaption")).toBeAttached();
      await expect(figure.locator("[data-state]")).toBeHidden();
    }
    await expect(page.getByRole("cell", { name: "64", exact: true })).toBeVisible();
    await expect(page.locator("canvas")).toHaveCount(0);
  });

  test(`what needs script is not offered in ${language}`, async ({ page }) => {
    await page.goto(pathIn(language, `/crypto_report/${REPORTS.full}`));
    for (const name of [Report.copyLink, Report.print, TEXTS[language].Header.themeSystem]) {
      await expect(page.locator("button", { hasText: name })).toBeHidden();
    }
    await expect(page.locator("[role=progressbar]")).toBeHidden();
  });
}

test("the language link works", async ({ page }) => {
  for (const path of ["/", "/crypto_report/1", "/crypto_reports_list?page=2"]) {
    await page.goto(path);
    await languageLink(page).click();
    await expect(page).toHaveURL(pathIn("en", path));
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await languageLink(page).click();
    await expect(page).toHaveURL(path);
  }
});

test("the list can be paged through", async ({ page }) => {
  await page.goto("/crypto_reports_list");
  await page.getByRole("link", { name: TEXTS.vi.List.next }).click();
  await expect(page).toHaveURL("/crypto_reports_list?page=2");
  await expect(page.getByText("Báo cáo 11–20")).toBeVisible();
});

for (const [colorScheme, paper] of [
  ["light", "rgb(246, 244, 239)"],
  ["dark", "rgb(14, 19, 27)"],
] as const) {
  test(`the theme is the ${colorScheme} system's`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("/crypto_report/1");
    await expect(page.locator("body")).toHaveCSS("background-color", paper);
    await expect(page.locator("#report-container .report-card").first()).toHaveCSS(
      "background-color",
      colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(21, 27, 38)",
    );
  });
}

test("on a wide screen the contents stand beside the report and lead to its sections", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  const links = page.locator("#site-contents ol a");
  await expect(links).toHaveCount(13);
  await links.nth(6).click();
  await expect(page).toHaveURL(/#etf-flows$/);
  await expect(page.locator("#etf-flows > h2")).toBeInViewport();
});

test("on a phone the contents drawer opens and closes", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  const drawer = page.locator("#site-contents");
  await expect(drawer).toBeHidden();
  await page.getByRole("button", { name: TEXTS.vi.Report.openContents }).click();
  await expect(drawer).toBeVisible();
  await page.getByRole("button", { name: TEXTS.vi.Report.closeContents }).click();
  await expect(drawer).toBeHidden();
  await page.getByRole("button", { name: TEXTS.vi.Report.openContents }).click();
  await drawer.getByRole("link").nth(6).click();
  await expect(page).toHaveURL(/#etf-flows$/);
});
