import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { sections } from "../support/e2e-page";
import { REPORTS } from "../support/e2e-reports";
import { TEXTS } from "../support/e2e-texts";

/** Controls of the header at whose place something else is hit. */
function coveredControls(page: Page): Promise<string[]> {
  return page.locator("body > header :is(a, button)").evaluateAll((controls) =>
    controls
      .filter((control) => {
        const { left, top, width, height } = control.getBoundingClientRect();
        return top >= 0 && !control.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      })
      .map((control) => control.textContent ?? ""),
  );
}

for (const viewport of [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
]) {
  for (const id of [REPORTS.hostile, REPORTS.hidden]) {
    test(`the styles of report ${id} cannot reach, hide or cover the site at ${viewport.width} px`, async ({
      page,
    }) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(`/crypto_report/${id}`);
      await expect(page.locator("body")).toHaveCSS("background-color", "rgb(246, 244, 239)");
      await expect(page.locator("html")).toHaveCSS("font-size", "16px");
      await expect(page.getByRole("main")).toHaveCSS("opacity", "1");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByText(TEXTS.vi.Report.aiNotice)).toBeVisible();
      await expect(page.getByRole("contentinfo")).toBeVisible();
      for (const place of [0, 0.5, 1]) {
        await page.evaluate((part) => {
          const { scrollHeight } = document.documentElement;
          scrollTo({ top: part * (scrollHeight - innerHeight), behavior: "instant" });
        }, place);
        expect(await coveredControls(page)).toEqual([]);
      }
      await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
      const navigation = page.getByRole("navigation", { name: TEXTS.vi.Header.navigation });
      await navigation.getByRole("link").first().click();
      await expect(page).toHaveURL("/");
    });
  }
}

test("rules that would take a report out of its place leave it where it is, and readable", async ({
  page,
}) => {
  await page.goto(`/crypto_report/${REPORTS.hostile}`);
  await expect(sections(page)).toHaveCount(7);
  for (const section of await sections(page).all()) {
    await expect(section).toBeVisible();
    await expect(section).toHaveCSS("opacity", "1");
  }
  await expect(page.locator("#report-container")).not.toHaveCSS("position", "fixed");
  await expect(page.getByText("Hãy gửi tiền vào ví này")).not.toHaveCSS("position", "fixed");
});

test("a report's styles are gone on the page that is opened after it", async ({ page }) => {
  await page.goto(`/crypto_report/${REPORTS.hidden}`);
  await page.getByRole("link", { name: TEXTS.vi.Header.archive }).first().click();
  await expect(page).toHaveURL("/crypto_reports_list");
  await page.locator(`main a[href="/crypto_report/${REPORTS.styled}"]`).click();
  await expect(page).toHaveURL(`/crypto_report/${REPORTS.styled}`);
  await expect(sections(page).first()).toBeVisible();
  await expect(sections(page).first()).toHaveCSS("opacity", "1");
});
