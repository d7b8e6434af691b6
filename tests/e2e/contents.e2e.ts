import type { Page } from "@playwright/test";
import { expect, test } from "../support/e2e";
import { expectLaidOut, scrollToSection, sectionPosition, sections } from "../support/e2e-page";
import { REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

const { openContents, closeContents, progress } = TEXTS.vi.Report;

function entries(page: Page) {
  return page.locator("#site-contents ol a");
}

/** Whether a section's heading is on the screen, and not under the header. */
async function expectAtTop(page: Page, index: number): Promise<void> {
  const heading = sections(page).nth(index).getByRole("heading", { level: 2 });
  await expect
    .poll(() =>
      heading.evaluate((element) => {
        const header = document.querySelector("header")?.getBoundingClientRect().bottom ?? 0;
        const { top, bottom } = element.getBoundingClientRect();
        return top >= Math.max(0, header) - 1 && bottom <= innerHeight;
      }),
    )
    .toBe(true);
}

async function hashOf(page: Page): Promise<string> {
  return decodeURIComponent(new URL(page.url()).hash);
}

test.describe("on a wide screen", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  for (const path of [
    `/crypto_report/${REPORTS.full}`,
    `/en/crypto_report/${REPORTS.full}`,
    `/crypto_report/${REPORTS.hostile}`,
    `/crypto_report/${REPORTS.long}`,
  ]) {
    test(`the contents of ${path} are its sections, in order`, async ({ page }) => {
      await page.goto(path);
      const headings = await page
        .locator("#report-container section > h2")
        .evaluateAll((all) => all.map((heading) => heading.textContent?.trim() ?? ""));
      expect(headings.length).toBeGreaterThan(3);
      await expect(entries(page)).toHaveText(headings);
      await expect(entries(page).first()).toBeVisible();
      const ids = await sections(page).evaluateAll((all) => all.map((section) => section.id));
      const hashes = await entries(page).evaluateAll((all) =>
        all.map((link) => decodeURIComponent((link as HTMLAnchorElement).hash)),
      );
      expect(hashes).toEqual(ids.map((sectionId) => `#${sectionId}`));
      expect(new Set(ids).size).toBe(ids.length);
    });
  }

  test("sections below the screen are laid out when the page is idle, contents or not", async ({ page }) => {
    for (const id of [REPORTS.full, REPORTS.blankTranslation]) {
      await page.goto(`/crypto_report/${id}`);
      await expectLaidOut(page);
    }
  });

  test("each entry leads to its section and puts it in the address", async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.full}`);
    for (const index of [5, 1, 11]) {
      await entries(page).nth(index).click();
      await expectAtTop(page, index);
      expect(await hashOf(page)).toBe(`#${await sections(page).nth(index).getAttribute("id")}`);
    }
    await page.goBack();
    await expectAtTop(page, 1);
  });

  test("odd ids lead to their sections too, and never to the page's own elements", async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.hostile}`);
    for (const index of [1, 2, 3, 5]) {
      await entries(page).nth(index).click();
      await expectAtTop(page, index);
    }
    await expect(page.locator("#site-main")).toHaveCount(1);
    await expect(page.locator("main#site-main")).toHaveCount(1);
  });

  test("an address with a section opens there", async ({ page }) => {
    for (const [hash, index] of [
      ["etf-flows", 6],
      ["macro-calendar", 8],
    ] as const) {
      await page.goto("about:blank");
      await page.goto(`/crypto_report/${REPORTS.full}#${hash}`);
      await expectAtTop(page, index);
      await expect(entries(page).nth(index)).toHaveAttribute("aria-current", "location");
    }
  });

  test("what is far below is laid out later, but not where the address names a section", async ({ page }) => {
    // A browser that is never idle: nothing is laid out but by the style sheet.
    await page.addInitScript(() => Object.assign(window, { requestIdleCallback: () => 0 }));
    for (const [address, visibility] of [
      [`/crypto_report/${REPORTS.full}`, "auto"],
      [`/crypto_report/${REPORTS.full}#etf-flows`, "visible"],
    ] as const) {
      await page.goto("about:blank");
      await page.goto(address);
      await expect(sections(page).nth(9)).toHaveCSS("content-visibility", visibility);
    }
  });

  test("what is on the screen stays there once the page was scrolled, and is clicked", async ({ page }) => {
    await page.addInitScript(() => Object.assign(window, { requestIdleCallback: () => 0 }));
    await page.goto(`/crypto_report/${REPORTS.full}`);
    await expect(sections(page).nth(9)).toHaveCSS("content-visibility", "auto");
    const link = page.locator("aside a[rel=prev]");
    const { x, y } = await link.evaluate(async (element) => {
      element.scrollIntoView({ block: "center", behavior: "instant" });
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      const box = element.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    });
    await page.mouse.click(x, y);
    await expect(page).toHaveURL(`/crypto_report/${REPORTS.styled}`);
  });

  test("a page that is reloaded opens where it was left", async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.full}`);
    await scrollToSection(page, { index: 9, fraction: 0.5 });
    await page.reload();
    await expect.poll(() => sectionPosition(page)).toEqual({ index: 9, fraction: expect.closeTo(0.5) });
    await expectLaidOut(page);
    expect(await sectionPosition(page)).toEqual({ index: 9, fraction: expect.closeTo(0.5) });
  });

  test("the section that is being read is marked, and only that one", async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.full}`);
    await expect(entries(page).first()).toHaveAttribute("aria-current", "location");
    for (let index = 0; index < 12; index += 1) {
      await scrollToSection(page, { index, fraction: 0.1 });
      await expect(page.locator("#site-contents [aria-current]")).toHaveText(
        (await entries(page).nth(index).textContent()) ?? "",
      );
    }
  });

  test("progress grows from 0 to 100 with the report, not with the page", async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.full}`);
    const bar = page.getByRole("progressbar", { name: progress });
    const value = async () => Number(await bar.getAttribute("aria-valuenow"));
    await expect.poll(value).toBe(0);
    let before = 0;
    for (const index of [2, 5, 8]) {
      await scrollToSection(page, { index, fraction: 0.2 });
      await expect.poll(value).toBeGreaterThan(before);
      before = await value();
    }
    expect(before).toBeLessThan(100);
    await page.evaluate(() => {
      const report = document.getElementById("report-container");
      scrollBy({ top: (report?.getBoundingClientRect().bottom ?? 0) - innerHeight, behavior: "instant" });
    });
    await expect.poll(value).toBe(100);
    await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
    await expect.poll(value).toBe(0);
  });

  test("contents that are longer than the window can be scrolled, and stay beside the text", async ({
    page,
  }) => {
    await page.goto(`/crypto_report/${REPORTS.long}`);
    await scrollToSection(page, { index: 20, fraction: 0.1 });
    const nav = page.locator("#site-contents");
    await expect(nav).toBeInViewport();
    await entries(page).last().click();
    await expectAtTop(page, 29);
    expect(await nav.evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(true);
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("the contents open in a drawer and close with Escape, their button, a tap outside or a choice", async ({
    page,
  }) => {
    await page.goto(`/crypto_report/${REPORTS.full}`);
    const drawer = page.locator("#site-contents");
    const open = page.getByRole("button", { name: openContents });
    await expect(drawer).toBeHidden();

    await open.click();
    await expect(drawer).toBeVisible();
    await expect(drawer).toBeInViewport();
    await page.keyboard.press("Escape");
    await expect(drawer).toBeHidden();
    await expect(open).toBeFocused();

    await open.click();
    await page.getByRole("button", { name: closeContents }).click();
    await expect(drawer).toBeHidden();

    await open.click();
    await page.touchscreen.tap(195, 40);
    await expect(drawer).toBeHidden();

    await open.click();
    await entries(page).nth(7).click();
    await expect(drawer).toBeHidden();
    await expectAtTop(page, 7);
    expect(await hashOf(page)).toBe("#defi-stablecoins");
  });

  test("a drawer with thirty sections scrolls inside the screen", async ({ page }) => {
    await page.goto(`/crypto_report/${REPORTS.long}`);
    await page.getByRole("button", { name: openContents }).click();
    await entries(page).last().click();
    await expect(page.locator("#site-contents")).toBeHidden();
    await expectAtTop(page, 29);
  });
});

test("a report without sections has no contents", async ({ page }) => {
  await page.goto("/crypto_report/101");
  await expect(page.locator("#report-container")).toBeVisible();
  await expect(page.locator("#site-contents")).toHaveCount(0);
  await expect(page.getByRole("button", { name: openContents })).toHaveCount(0);
});

test("a report without content says so", async ({ page }) => {
  for (const language of LANGUAGES) {
    await page.goto(pathIn(language, `/crypto_report/${REPORTS.empty}`));
    await expect(page.getByText(TEXTS[language].Report.empty)).toBeVisible();
    await expect(page.getByRole("heading", { level: 1 })).not.toBeEmpty();
  }
});
