import { expect, test } from "../support/e2e";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

for (const language of LANGUAGES) {
  const { copyLink, linkCopied, copyFailed } = TEXTS[language].Report;

  test(`the link is copied, with its section, and the button says so in ${language}`, async ({
    page,
    context,
    baseURL,
  }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    // The latest report's page too copies the address that will still be that report tomorrow.
    for (const [path, hash] of [
      ["/crypto_report/1", ""],
      ["/crypto_report/1", "#etf-flows"],
      ["/crypto_report", ""],
    ] as const) {
      await page.goto("about:blank");
      await page.goto(pathIn(language, path) + hash);
      const button = page.getByRole("button", { name: copyLink });
      await button.click();
      await expect(page.getByRole("button", { name: linkCopied })).toBeVisible();
      await expect(page.locator("[aria-live=polite]").filter({ hasText: linkCopied })).toBeVisible();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toBe(baseURL + pathIn(language, "/crypto_report/1") + hash);
      await page.keyboard.press("Tab");
      await expect(button).toBeVisible();
    }
  });

  test(`the button offers to copy again after a while, without losing the focus, in ${language}`, async ({
    page,
    context,
  }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.clock.install();
    await page.goto(pathIn(language, "/crypto_report/1"));
    await page.getByRole("button", { name: copyLink }).click();
    await expect(page.getByRole("button", { name: linkCopied })).toBeVisible();
    await page.clock.runFor(3_000);
    await expect(page.getByRole("button", { name: copyLink })).toBeFocused();
  });

  test(`a link that cannot be copied says so in ${language}`, async ({ page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    });
    await page.goto(pathIn(language, `/crypto_report/${REPORTS.full}`));
    await page.getByRole("button", { name: copyLink }).click();
    await expect(page.getByRole("button", { name: copyFailed })).toBeVisible();
  });
}
