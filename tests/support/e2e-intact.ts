import type { Page } from "@playwright/test";

/** How the site's own parts look: what a report's style rules would change if they reached them. */
export function siteAppearance(page: Page): Promise<Record<string, unknown>> {
  return page.evaluate(() => {
    const properties = [
      "color",
      "background-color",
      "background-image",
      "display",
      "visibility",
      "opacity",
      "transform",
      "filter",
      "position",
      "z-index",
      "font-size",
      "font-family",
      "pointer-events",
      "outline-style",
      "cursor",
      "animation-name",
    ];
    const appearance: Record<string, unknown> = {};
    const parts =
      "html, body, body > header, body > header *, #site-main, article > header, article > header *, body > footer, body > footer *";
    for (const [index, part] of [...document.querySelectorAll(parts)].entries()) {
      const style = getComputedStyle(part);
      appearance[`${index} ${part.localName}`] = properties.map(
        (name) => `${name}: ${style.getPropertyValue(name)}`,
      );
    }
    const root = getComputedStyle(document.documentElement);
    for (const name of [
      "--bg-primary",
      "--card-bg",
      "--text-primary",
      "--font-text",
      "--header-height",
      "--gutter",
    ]) {
      appearance[name] = root.getPropertyValue(name);
    }
    const { x, y, width, height } =
      document.querySelector("body > header")?.getBoundingClientRect() ?? new DOMRect();
    appearance.header = [x, y, width, height];
    return appearance;
  });
}

/** Points of the site's header and footer at which something else is on top. */
export function coveredParts(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const covered: string[] = [];
    const frame = () => new Promise(requestAnimationFrame);
    const check = (selector: string, at: string) => {
      const part = document.querySelector(selector);
      if (part === null) return void covered.push(`no ${selector}`);
      const { left, top, width, height } = part.getBoundingClientRect();
      for (const across of [0.01, 0.25, 0.5, 0.75, 0.99]) {
        for (const down of [0.1, 0.5, 0.9]) {
          const y = Math.min(Math.max(top + height * down, 0), innerHeight - 1);
          const found = document.elementFromPoint(left + width * across, y);
          if (found?.closest(selector) !== part)
            covered.push(`${selector} ${at}, ${across}/${down}: ${found?.outerHTML.slice(0, 120)}`);
        }
      }
    };
    const { scrollHeight } = document.documentElement;
    for (const part of [0, 0.5, 1]) {
      scrollTo({ top: part * scrollHeight, behavior: "instant" });
      await frame();
      check("body > header", `at ${part}`);
    }
    check("body > footer", "at the end");
    return covered;
  });
}

/** Those of the texts that are not in the report, or that a reader does not see there. */
export function invisibleTexts(page: Page, texts: readonly string[]): Promise<string[]> {
  return page.evaluate((wanted) => {
    const frame = document.querySelector("#report-container")?.parentElement;
    if (!frame) return ["the report"];
    const box = frame.getBoundingClientRect();
    const holders = new Map<string, Element | null>();
    const walker = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      holders.set(node.nodeValue?.trim() ?? "", node.parentElement);
    }
    return wanted.filter((text) => {
      const holder = holders.get(text);
      if (
        !holder?.checkVisibility({
          opacityProperty: true,
          visibilityProperty: true,
          contentVisibilityAuto: true,
        })
      )
        return true;
      const { left, right, top, bottom, width, height } = holder.getBoundingClientRect();
      const isInside = right > box.left && left < box.right && bottom > box.top && top < box.bottom;
      return !isInside || width < 20 || height < 10;
    });
  }, texts);
}

/** The vectors whose style rules kept the harmless rule after them from applying. */
export function brokenRules(page: Page, ids: readonly string[]): Promise<string[]> {
  return page.evaluate(
    (all) =>
      all.filter((id) => {
        const paragraph = document.querySelector(`.after-${id}`);
        return paragraph === null || getComputedStyle(paragraph).textIndent !== "3px";
      }),
    ids,
  );
}

/** Names that scripts look up and that an element of the page now stands for. */
export function clobberedNames(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isElement = (value: unknown) =>
      value instanceof Element || value instanceof HTMLCollection || value instanceof RadioNodeList;
    const globals =
      "__next_f __next_s __next_r __NEXT_DATA__ __NEXT_P __next_router__ __next_require__ __next_chunk_load__ next trustedTypes " +
      "TURBOPACK TURBOPACK_CHUNK_LISTS TURBOPACK_CHUNK_SUFFIX webpackChunk_N_E __webpack_require__ process module exports " +
      "require define global React jQuery gtag ga dataLayer MSApp scheduler navigation event external " +
      "__REACT_DEVTOOLS_GLOBAL_HOOK__ document location self top parent name alert fetch reportError MessageChannel __pwned";
    const ofDocument =
      "getElementById querySelector createElement cookie title currentScript defaultView forms location implementation";
    return [
      ...globals.split(" ").filter((name) => isElement(window[name as keyof Window])),
      ...ofDocument
        .split(" ")
        .filter((name) => name !== "forms" && isElement(document[name as keyof Document]))
        .map((name) => `document.${name}`),
      ...(typeof document.getElementById === "function" ? [] : ["document.getElementById"]),
      ...(document.getElementById("site-main")?.localName === "main" ? [] : ["site-main"]),
      ...(document.querySelectorAll("#report-container").length <= 1 ? [] : ["report-container"]),
    ];
  });
}

/** Puts the pointer on everything in the report, presses it, and gives the focus to all that takes it. */
export async function useEverything(page: Page): Promise<void> {
  for (let index = 0; ; index += 1) {
    const point = await page.evaluate(pointIn, index);
    if (point === "end") break;
    if (point === "none") continue;
    await page.mouse.move(point.x, point.y);
    await page.mouse.down();
    await page.mouse.up();
  }
  await page.evaluate(() => {
    for (const element of document.querySelectorAll("#report-container *")) {
      element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      if (element instanceof HTMLElement && element.tabIndex >= 0) element.focus();
    }
  });
}

/** In the page: where a pointer meets the element of this number, of those that hold a text or nothing. */
function pointIn(index: number): { x: number; y: number } | "none" | "end" {
  const holdsText = (element: Element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim() !== "");
  const all = [...document.querySelectorAll("#report-container *:not(figure, figure *)")].filter(
    (element) => element.childElementCount === 0 || holdsText(element),
  );
  const element = all[index];
  if (element === undefined) return "end";
  if (element.textContent?.startsWith("Đoạn ")) return "none";
  element.scrollIntoView({ block: "center", behavior: "instant" });
  const { left, top, width, height } = element.getBoundingClientRect();
  const point = { x: left + Math.min(width / 2, 20), y: top + Math.min(height / 2, 8) };
  // Not the site's own links, where the element is behind them or cut off.
  const found = document.elementFromPoint(point.x, point.y);
  return found?.closest("#report-container") ? point : "none";
}
