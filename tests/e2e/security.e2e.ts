import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { languageLink, scrollThrough, themeButton } from "../support/e2e-page";
import { REPORTS } from "../support/e2e-reports";

/** Collects what the policy of the page has forbidden, from before its first script on. */
async function watchViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seenViolations: seen });
    document.addEventListener("securitypolicyviolation", (event) => {
      seen.push(`${event.violatedDirective}: ${event.blockedURI || event.sample}`);
    });
  });
  return () => page.evaluate(() => (window as unknown as { seenViolations: string[] }).seenViolations);
}

test("navigation, charts, theme and language work under the policy without a violation", async ({ page }) => {
  const violations = await watchViolations(page);
  const response = await page.goto("/");
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(/script-src 'self'( 'sha256-[\w+/=]{44}')+;/);
  expect(policy).not.toMatch(/script-src[^;]*(unsafe|nonce)/);

  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await page.locator(`main a[href="/crypto_report/${REPORTS.full}"]`).first().click();
  await expect(page).toHaveURL(/\/crypto_report\/\d+$/);
  await expect(page.locator("#report-container")).toBeVisible();
  // The router has navigated, and no new document with a policy of its own was loaded.
  expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  await scrollThrough(page);
  await expect(page.locator("#report-container canvas").first()).toBeVisible();
  await themeButton(page).click();
  await languageLink(page).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  expect(await violations()).toEqual([]);
});

test("an inline script that is none of the page's own does not run", async ({ page, consoleMessages }) => {
  consoleMessages.allow(/Content Security Policy/);
  const violations = await watchViolations(page);
  await page.goto("/");
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.head.append(script);
  });
  expect(await page.evaluate(() => "injected" in window)).toBe(false);
  expect(await violations()).toEqual([expect.stringMatching(/^script-src/)]);
});

test.describe("every kind of answer carries the security headers", () => {
  for (const path of [
    "/",
    "/en",
    "/crypto_report/1",
    "/crypto_report/999999",
    "/made-up",
    "/status",
    "/rss.xml",
    "/sitemap.xml",
    "/robots.txt",
    "/health/live",
    "/api/crypto/dashboard-summary",
    "/favicon.ico",
    "/crypto_report/1?lang=en",
    "/%00",
  ]) {
    test(path, async ({ request }) => {
      const headers = (await request.get(path, { maxRedirects: 0 })).headers();
      expect(headers).toMatchObject({
        "content-security-policy": expect.stringMatching(
          /^default-src 'self'; script-src 'self'.*object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'$/,
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": expect.stringContaining("camera=()"),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": expect.stringMatching(/^(same|cross)-origin$/),
      });
      // The suite's site is asked over plain HTTP, where a browser does not heed it.
      expect(headers).not.toHaveProperty("strict-transport-security");
    });
  }
});
