import { expect, type Locator, type Page } from "@playwright/test";

/** Every figure with a chart. */
export function figures(page: Page): Locator {
  return page.locator("#report-container figure");
}

/** The figure whose caption is `caption`. */
export function figureOf(page: Page, caption: string): Locator {
  return figures(page).filter({ has: page.locator("figcaption", { hasText: caption }) });
}

/** Scrolls to each chart in turn until it is drawn. */
export async function drawCharts(page: Page): Promise<void> {
  for (const figure of await figures(page).all()) {
    await figure.scrollIntoViewIfNeeded();
    await expect.poll(() => coloursOn(figure.locator("canvas"))).toBeGreaterThan(1);
  }
}

/** How many different opaque colours a canvas shows; 0 while it is empty or missing. */
export async function coloursOn(canvas: Locator): Promise<number> {
  if ((await canvas.count()) === 0) return 0;
  return canvas.evaluate((element) => {
    if (!(element instanceof HTMLCanvasElement) || element.width === 0) return 0;
    // Read from a copy: reading a canvas makes the browser draw it in another way from then on.
    const copy = Object.assign(document.createElement("canvas"), { width: 150, height: 100 });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context?.drawImage(element, 0, 0, copy.width, copy.height);
    const pixels = context?.getImageData(0, 0, copy.width, copy.height).data;
    const colours = new Set<number>();
    for (let at = 0; pixels !== undefined && at < pixels.length; at += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
      if (alpha === 255) colours.add((red << 16) | (green << 8) | blue);
    }
    return colours.size;
  });
}

/** A number that changes with anything that is painted. */
export function picture(canvas: Locator): Promise<string> {
  return canvas.evaluate((element) => (element instanceof HTMLCanvasElement ? element.toDataURL() : ""));
}

/** The cells of a chart's data table: header row first. */
export function cellsOf(figure: Locator): Promise<string[][]> {
  return figure
    .locator("table tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent ?? "")),
    );
}
