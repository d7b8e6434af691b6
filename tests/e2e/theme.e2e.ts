import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { themeButton } from "../support/e2e-page";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

const PAPER = { light: "rgb(246, 244, 239)", dark: "rgb(14, 19, 27)" };
const OPPOSITE = { light: "dark", dark: "light" } as const;

async function expectTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
  await expect(page.locator("body")).toHaveCSS("background-color", PAPER[theme]);
}

for (const system of ["light", "dark"] as const) {
  test.describe(`on a ${system} system`, () => {
    test.use({ colorScheme: system });

    test("the theme is the system's, and follows it while the page is open", async ({ page }) => {
      await page.goto("/");
      await expectTheme(page, system);
      await page.emulateMedia({ colorScheme: OPPOSITE[system] });
      await expectTheme(page, OPPOSITE[system]);
    });

    for (const language of LANGUAGES) {
      test(`the button goes through system, light and dark, and says so in ${language}`, async ({ page }) => {
        const { themeSystem, themeLight, themeDark } = TEXTS[language].Header;
        await page.goto(pathIn(language, "/crypto_reports_list"));
        await expect(themeButton(page)).toHaveAccessibleName(themeSystem);
        for (const [name, theme] of [
          [themeLight, "light"],
          [themeDark, "dark"],
          [themeSystem, system],
        ] as const) {
          await themeButton(page).click();
          await expect(themeButton(page)).toHaveAccessibleName(name);
          await expectTheme(page, theme);
        }
      });
    }

    test("a chosen theme outlives reloads, other pages, the other language and the system", async ({
      page,
    }) => {
      const chosen = OPPOSITE[system];
      await page.goto("/");
      while ((await page.locator("html").getAttribute("data-theme")) !== chosen)
        await themeButton(page).click();
      await page.reload();
      await expectTheme(page, chosen);
      await page.getByRole("link", { name: TEXTS.vi.Header.archive }).first().click();
      await expect(page).toHaveURL("/crypto_reports_list");
      await expectTheme(page, chosen);
      await page.goto("/en/crypto_report/1");
      await expectTheme(page, chosen);
      await page.emulateMedia({ colorScheme: chosen });
      await page.emulateMedia({ colorScheme: system });
      await expectTheme(page, chosen);
    });

    for (const remembered of [null, "light", "dark"] as const) {
      test(`no other theme flashes while a page loads, with ${remembered ?? "nothing"} remembered`, async ({
        page,
      }) => {
        await page.addInitScript(observeTheme, remembered);
        for (const path of ["/", "/crypto_report/1"]) {
          await page.goto(path, { waitUntil: "domcontentloaded" });
          const early = await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
          await page.waitForLoadState("load");
          const observed = await page.evaluate(() => (window as unknown as Observed).observedThemes);
          const expected = remembered ?? system;
          expect(observed.atBody).toBe(expected);
          expect(observed.papers.length).toBeGreaterThan(0);
          expect(new Set([early, ...observed.papers])).toEqual(new Set([PAPER[expected]]));
          await expectTheme(page, expected);
        }
      });
    }
  });
}

interface Observed {
  observedThemes: { atBody: string | undefined; papers: string[] };
}

/** Records the theme when `body` is first there, and the page's colour in every frame from then on. */
function observeTheme(remembered: string | null): void {
  if (remembered !== null) localStorage.setItem("theme", remembered);
  const observed: Observed["observedThemes"] = { atBody: undefined, papers: [] };
  (window as unknown as Observed).observedThemes = observed;
  const sample = () => {
    if (document.body) observed.papers.push(getComputedStyle(document.body).backgroundColor);
    requestAnimationFrame(sample);
  };
  const observer = new MutationObserver(() => {
    if (!document.body) return;
    observer.disconnect();
    observed.atBody = document.documentElement.dataset.theme;
    requestAnimationFrame(sample);
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** What a browser takes for its bars: the first that applies. */
function barColor(page: Page): Promise<string | undefined> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")]
      .find(({ media }) => matchMedia(media).matches)
      ?.content.toLowerCase(),
  );
}

test("the browser's bars have the colour of the theme, chosen or not", async ({ page }) => {
  const [light, dark] = ["#f6f4ef", "#0e131b"];
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  for (const color of [light, light, dark, light]) {
    expect(await barColor(page)).toBe(color);
    await themeButton(page).click();
  }
  await themeButton(page).click();
  await page.reload();
  await page.getByRole("link", { name: TEXTS.vi.Header.archive }).first().click();
  await expect(page).toHaveURL("/crypto_reports_list");
  await expectTheme(page, "dark");
  expect(await barColor(page)).toBe(dark);
  await expect(page.locator("meta[name=theme-color]")).toHaveCount(3);
});

test("the button says which theme is chosen before any script of the page has run", async ({
  page,
  consoleMessages,
}) => {
  consoleMessages.allow(/ERR_FAILED/);
  await page.addInitScript(() => localStorage.setItem("theme", "dark"));
  await page.route("**/_next/static/**/*.js", (route) => route.abort());
  await page.goto("/crypto_reports_list", { waitUntil: "domcontentloaded" });
  await expect(themeButton(page)).toHaveAccessibleName(TEXTS.vi.Header.themeDark);
});

test("other tabs follow, and pages that come back from the back/forward cache", async ({ page, context }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  const other = await context.newPage();
  await other.emulateMedia({ colorScheme: "light" });
  await other.goto("/crypto_reports_list");
  await themeButton(other).click();
  await themeButton(other).click();
  await expectTheme(page, "dark");
  await expect(themeButton(page)).toHaveAccessibleName(TEXTS.vi.Header.themeDark);
  // Set by the page itself, of which it hears nothing, and then told what a page is told that comes back.
  await page.evaluate(() => {
    localStorage.setItem("theme", "light");
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await expectTheme(page, "light");
});

test("where colours are forced, the link to the latest report looks like a button", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto("/");
  const link = page.getByRole("link", { name: TEXTS.vi.Home.read });
  await expect(link).toHaveCSS("border-top-style", "solid");
  await expect(link).not.toHaveCSS("border-top-color", "rgba(0, 0, 0, 0)");
});

test("the theme is set in the head, before any of the page", async ({ request }) => {
  for (const path of ["/", "/en", "/crypto_report/1", "/crypto_reports_list", "/nowhere"]) {
    const html = await (await request.get(path)).text();
    const script = html.indexOf('recall("theme")');
    expect(script, path).toBeGreaterThan(html.indexOf("<head>"));
    expect(script, path).toBeLessThan(html.indexOf("</head>"));
  }
});

test("without storage the page works, and the choice holds as long as it is open", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/crypto_report/1");
  await expectTheme(page, "light");
  await themeButton(page).click();
  await themeButton(page).click();
  await expectTheme(page, "dark");
});
