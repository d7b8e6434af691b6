import { expect, type Locator, type Page } from "@playwright/test";

/** Number of the section (from 0) at the line below the header, and how much of it is above the line. */
export interface SectionPosition {
  index: number;
  /** 0 to 1. */
  fraction: number;
}

/** The link of the header that opens this page in the other language. */
export function languageLink(page: Page): Locator {
  return page.locator("body > header a[hreflang]");
}

/** The button of the header that changes the theme. Its name says which one is chosen. */
export function themeButton(page: Page): Locator {
  return page.locator("body > header button");
}

/** Every section of the report, in order. */
export function sections(page: Page): Locator {
  return page.locator("#report-container section");
}

/** Waits until everything in the report has its real height, also what is off the screen. */
export async function expectLaidOut(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page
        .locator("#report-container *")
        .evaluateAll(
          (all) =>
            all.length > 0 && all.every((one) => getComputedStyle(one).contentVisibility === "visible"),
        ),
    )
    .toBe(true);
}

/** Scrolls at once, whatever the page's scroll behaviour. */
export async function scrollToSection(page: Page, { index, fraction }: SectionPosition): Promise<void> {
  // Where the section is, is known when all before it have their heights.
  await expectLaidOut(page);
  await sections(page)
    .nth(index)
    .evaluate((section, part) => {
      const { top, height } = section.getBoundingClientRect();
      const line = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockStart);
      scrollBy({ top: top + part * height - line, behavior: "instant" });
    }, fraction);
}

export function sectionPosition(page: Page): Promise<SectionPosition> {
  return page.evaluate(() => {
    const line = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockStart);
    const all = [...document.querySelectorAll("#report-container section[id]")];
    const index = all.findLastIndex((section) => section.getBoundingClientRect().top <= line + 1);
    const box = all[index]?.getBoundingClientRect();
    return { index, fraction: box ? (line - box.top) / box.height : 0 };
  });
}

/**
 * Scrolls through the whole page, a window at a time, so that everything that waits for being near the
 * screen has been.
 */
export async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
      scrollTo({ top, behavior: "instant" });
      await frame();
      await frame();
    }
    scrollTo({ top: 0, behavior: "instant" });
    await frame();
  });
}
