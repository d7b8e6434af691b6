import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { coloursOn, figures } from "../support/e2e-charts";
import { themeButton } from "../support/e2e-page";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

for (const language of LANGUAGES) {
  test(`on paper a report in ${language} is its text, without what only a screen can use`, async ({
    page,
  }) => {
    await page.goto(pathIn(language, `/crypto_report/${REPORTS.full}`));
    await page.emulateMedia({ media: "print" });
    const { Report } = TEXTS[language];
    await expect(page.locator("body > header")).toBeHidden();
    await expect(page.locator("body > footer")).toBeHidden();
    await expect(page.getByRole("complementary", { name: Report.neighbours })).toBeHidden();
    for (const button of await page.locator("button").all()) await expect(button).toBeHidden();
    for (const navigation of await page.locator("nav").all()) await expect(navigation).toBeHidden();
    await expect(page.getByRole("progressbar")).toBeHidden();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText(Report.aiNotice)).toBeVisible();
    await expect(page.locator("#report-container section").last()).toBeVisible();
  });
}

/** Draws the charts as for printing. The code that draws is fetched when the reader begins to use the page. */
async function drawForPrint(page: Page): Promise<void> {
  await expect
    .poll(async () => {
      await page.mouse.move(10, 10);
      await page.mouse.move(20, 20);
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      return page.locator("canvas").count();
    })
    .toBe(7);
}

test("on paper each chart is drawn, also one that was never on the screen, with its numbers below", async ({
  page,
}) => {
  await page.goto(`/crypto_report/${REPORTS.full}`);
  await drawForPrint(page);
  await page.emulateMedia({ media: "print" });
  for (const figure of await figures(page).all()) {
    await expect.poll(() => coloursOn(figure.locator("canvas"))).toBeGreaterThan(1);
    await expect(figure.locator("canvas")).toBeVisible();
    const table = await figure.locator("table").boundingBox();
    expect(table?.height).toBeGreaterThan(40);
    expect(table?.width).toBeGreaterThan(100);
  }
});

test("a report printed from the dark theme is dark on white", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  await themeButton(page).click();
  await themeButton(page).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("body")).toHaveCSS("color", "rgb(26, 33, 48)");
  await expect(page.locator("body")).toHaveCSS("background-color", "rgba(0, 0, 0, 0)");
  await expect(page.locator("#report-container .report-card").first()).toHaveCSS(
    "background-color",
    "rgb(255, 255, 255)",
  );
});

test("the PDF of a long report has all its pages, with every chart drawn for it", async ({ page }) => {
  await page.addInitScript(() => {
    addEventListener("afterprint", () => {
      document.documentElement.dataset.printed = String(document.querySelectorAll("canvas").length);
    });
  });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  await drawForPrint(page);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length).toBeGreaterThan(5);
  await expect(page.locator("html")).toHaveAttribute("data-printed", "7");
  await expect(page.locator("canvas")).toHaveCount(0);
});

test("the print button prints", async ({ page }) => {
  await page.addInitScript(() => {
    Object.assign(window, { print: () => document.documentElement.setAttribute("data-printed", "yes") });
  });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  await page.getByRole("button", { name: TEXTS.vi.Report.print }).click();
  await expect(page.locator("html")).toHaveAttribute("data-printed", "yes");
});
