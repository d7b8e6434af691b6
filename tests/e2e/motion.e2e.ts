import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { drawCharts } from "../support/e2e-charts";
import { expectLaidOut, themeButton } from "../support/e2e-page";
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
  }
});

test("another page opens at its beginning, and going back leads to where the page was left, at once", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.goto(`/crypto_report/${REPORTS.full}`);
  await expectLaidOut(page);
  const link = page.locator("aside a[rel=prev]");
  await link.scrollIntoViewIfNeeded();
  const positions = await page.evaluateHandle(() => {
    const seen = [scrollY];
    addEventListener("scroll", () => {
      if (seen.at(-1) !== scrollY) seen.push(scrollY);
    });
    return seen;
  });
  await link.click();
  await expect(page).toHaveURL(`/crypto_report/${REPORTS.styled}`);
  const [left = 0] = await positions.jsonValue();
  expect(left).toBeGreaterThan(1_000);
  // The event tells, which comes with the next frame: a page that goes back before it would be seen in one place alone.
  await expect.poll(() => positions.jsonValue()).toEqual([left, 0]);
  await page.goBack();
  await expect(link).toBeInViewport();
  await expect.poll(() => positions.jsonValue()).toEqual([left, 0, left]);
});
