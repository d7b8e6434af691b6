import type { AxeResults } from "axe-core";
import { expect, test } from "../support/e2e";
import { injectAxe } from "../support/e2e-axe";
import { languageLink } from "../support/e2e-page";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

test.use({ reducedMotion: "reduce" });

for (const language of LANGUAGES) {
  const { Status, Footer } = TEXTS[language];

  test(`the footer leads to the state of the site, in ${language}`, async ({ page }) => {
    await page.goto(pathIn(language, "/"));
    await page.getByRole("contentinfo").getByRole("link", { name: Footer.status }).click();
    await expect(page).toHaveURL(pathIn(language, "/status"));
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(Status.title);
    await expect(page.locator("meta[name=robots][content*=noindex]").first()).toBeAttached();
  });

  test(`each part is named with its state, in ${language}`, async ({ page }) => {
    await page.goto(pathIn(language, "/status"));
    // The suite's site has Postgres and no Redis.
    for (const [name, state] of [
      [Status.dependency.postgres, Status.state.ok],
      [Status.dependency.redis, Status.state.off],
      [Status.dependency.migrations, Status.state.ok],
    ] as const) {
      const part = page.getByRole("listitem").filter({ has: page.getByText(name, { exact: true }) });
      await expect(part).toContainText(state);
    }
    const main = page.getByRole("main");
    await expect(main.getByText(Status.overall.ok)).toBeVisible();
    await expect(main.getByText(Status.newestReport)).toBeVisible();
    await expect(main.locator('time[datetime="2026-11-18T00:30:00.000Z"]')).toBeVisible();
  });
}

test("an outsider reads no host, version, key, path or address", async ({ page, baseURL }) => {
  await page.goto("/en/status");
  const text = await page.getByRole("main").innerText();
  expect(text).not.toMatch(/localhost|127\.0\.0\.1|\d+\.\d+\.\d+|:v\d|\/tmp|\.sql|crypto_report|0x[0-9a-f]+/);
  expect(text).not.toContain(new URL(baseURL ?? "").port);
});

test("the language switch stays on the page", async ({ page }) => {
  await page.goto("/status");
  await languageLink(page).click();
  await expect(page).toHaveURL("/en/status");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(TEXTS.en.Status.title);
});

for (const [width, colorScheme] of [
  [390, "light"],
  [390, "dark"],
  [1440, "light"],
  [1440, "dark"],
] as const) {
  test(`breaks no rule of accessibility at ${width} px, ${colorScheme}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto("/status");
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    await injectAxe(page);
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    expect(violations.map(({ id, nodes }) => `${id} | ${nodes.map(({ target }) => target)}`)).toEqual([]);
  });
}

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("the page says the same", async ({ page }) => {
    await page.goto("/en/status");
    await expect(page.getByText(TEXTS.en.Status.overall.ok)).toBeVisible();
  });
});
