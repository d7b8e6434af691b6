import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { drawCharts } from "../support/e2e-charts";
import { themeButton } from "../support/e2e-page";
import { REPORTS } from "../support/e2e-reports";

/** Durations over a millisecond, of everything that is animated or would be on a change. */
function durations(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const milliseconds = (text: string) =>
      Math.max(
        ...text.split(",").map((part) => Number.parseFloat(part) * (part.trim().endsWith("ms") ? 1 : 1000)),
      );
    const running = document
      .getAnimations()
      .filter((animation) => Number(animation.effect?.getComputedTiming().activeDuration) > 1)
      .map(() => "animation");
    const styled = [...document.querySelectorAll("*")].flatMap((element) =>
      [null, "::before", "::after"].flatMap((part) => {
        const { transitionDuration, animationDuration, animationName } = getComputedStyle(element, part);
        const long =
          milliseconds(transitionDuration) > 1 ||
          (animationName !== "none" && milliseconds(animationDuration) > 1);
        return long ? [`${element.tagName}.${element.className}${part ?? ""}`] : [];
      }),
    );
    return [...running, ...styled];
  });
}

test("who asks for less motion gets none", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce", colorScheme: "light" });
  for (const path of ["/", `/crypto_report/${REPORTS.full}`, `/crypto_report/${REPORTS.styled}`]) {
    await page.goto(path);
    await drawCharts(page);
    await page.locator("#report-container .hero-card, main").first().hover();
    await themeButton(page).click();
    expect(await durations(page), path).toEqual([]);
    await expect(page.locator("html")).toHaveCSS("scroll-behavior", "auto");
  }
});

test("others scroll smoothly", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.goto("/");
  await expect(page.locator("html")).toHaveCSS("scroll-behavior", "smooth");
});
