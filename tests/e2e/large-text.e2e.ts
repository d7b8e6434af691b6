import { expect, test } from "../support/e2e";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

// As a visitor sets it in the browser: unlike a style of the page, it counts in media queries too.
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, args: [...(launchOptions.args ?? []), "--blink-settings=defaultFontSize=24"] }),
});

for (const language of LANGUAGES) {
  for (const width of [320, 390]) {
    test(`large text keeps the home page whole at ${width} px, in ${language}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      await page.goto(pathIn(language, "/"));
      await expect(page.locator("html")).toHaveCSS("font-size", "24px");
      const chart = page.getByRole("region", { name: TEXTS[language].Market.chartTitle });
      await chart.scrollIntoViewIfNeeded();
      await expect(chart.locator("[data-plot]")).toBeVisible();
      const faults = await page.evaluate(() => {
        const found: string[] = [];
        const root = document.documentElement;
        if (root.scrollWidth > root.clientWidth) found.push(`document: ${root.scrollWidth}`);
        for (const card of document.querySelectorAll("[data-card]"))
          if (card.scrollWidth > card.clientWidth) found.push(`card: ${card.textContent}`);
        const textOf = (element: Element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          return range;
        };
        const touching = (elements: Iterable<Element>) => {
          const boxes = [...elements]
            .map((element) => textOf(element).getBoundingClientRect())
            .filter((box) => box.width > 0);
          return boxes.some((box, index) => box.left < (boxes[index - 1]?.right ?? box.left));
        };
        for (const row of document.querySelectorAll("tr:is([data-coin], [data-fund])"))
          if (touching(row.children)) found.push(`row: ${row.textContent}`);
        if (touching(document.querySelectorAll("[data-plot] ~ [data-time]")))
          found.push("times of the chart");
        for (const figure of document.querySelectorAll("[data-price] > span, [data-card] :is(dt, dd)"))
          if (textOf(figure).getClientRects().length > 1) found.push(`broken: ${figure.textContent}`);
        return found;
      });
      expect(faults).toEqual([]);
    });
  }
}

test("the links of the footer are free at the end of a report", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/en/crypto_report/1");
  await expect(page.getByRole("button", { name: TEXTS.en.Report.openContents })).toBeVisible();
  const { feed, status } = TEXTS.en.Footer;
  for (const name of [feed, status]) {
    const link = page.getByRole("contentinfo").getByRole("link", { name });
    await expect
      .poll(() =>
        link.evaluate((element) => {
          scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
          const { left, right, top, bottom } = element.getBoundingClientRect();
          return document.elementFromPoint((left + right) / 2, (top + bottom) / 2) === element;
        }),
      )
      .toBe(true);
  }
});
