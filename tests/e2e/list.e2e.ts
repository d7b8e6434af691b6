import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "../support/e2e";
import { LIST_PAGES, REPORT_COUNT, REPORTS } from "../support/e2e-reports";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

const PATH = "/crypto_reports_list";

test("the list is newest first, ten a page, and says how many there are", async ({ page }) => {
  await page.goto(PATH);
  await expect(page.getByText(`Báo cáo 1–10 trên tổng số ${REPORT_COUNT}`)).toBeVisible();
  const links = page.locator("main h2 a");
  await expect(links).toHaveCount(10);
  const ids = await links.evaluateAll((all) =>
    all.map((link) => Number(link.getAttribute("href")?.split("/").pop())),
  );
  expect(ids.slice(0, 4)).toEqual([REPORTS.full, REPORTS.styled, REPORTS.buggy, REPORTS.vietnameseOnly]);
  const dates = await page
    .locator("main time")
    .evaluateAll((all) => all.map((time) => time.getAttribute("datetime") ?? ""));
  expect(dates).toEqual(dates.toSorted().reverse());

  await page.goto(`/en${PATH}?page=${LIST_PAGES}`);
  await expect(page.getByText(`Reports 131–${REPORT_COUNT} of ${REPORT_COUNT}`)).toBeVisible();
  await expect(links).toHaveCount(9);
});

test("a page of the list answers under every name of the server", async ({ baseURL }) => {
  const { port } = new URL(baseURL ?? "");
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, "reports.example", "reports.example:8443"]) {
    const [answer] = (await once(
      get({ port, host: "127.0.0.1", path: `${PATH}?page=2`, headers: { host } }),
      "response",
    )) as [IncomingMessage];
    expect([host, answer.statusCode, await text(answer)]).toEqual([
      host,
      200,
      expect.stringContaining("11–20"),
    ]);
  }
});

test("every report is on exactly one page", async ({ request }) => {
  const ids: number[] = [];
  // One after the other: of pages that are asked for at once, a busy server refuses some.
  for (let number = 1; number <= LIST_PAGES; number++) {
    const answer = await request.get(`${PATH}?page=${number}`);
    expect(answer.status()).toBe(200);
    const links = (await answer.text()).matchAll(/<h2[^>]*><a href="\/crypto_report\/(\d+)"/g);
    ids.push(...[...links].map(([, id]) => Number(id)));
  }
  expect(ids).toHaveLength(REPORT_COUNT);
  expect(new Set(ids).size).toBe(REPORT_COUNT);
});

for (const language of LANGUAGES) {
  const { List } = TEXTS[language];

  test(`pagination offers the ends and the neighbours, in ${language}`, async ({ page }) => {
    const pagination = page.getByRole("navigation", { name: List.pagination });
    for (const [number, items] of [
      [1, "1 2 3 … 13 14"],
      [5, "1 2 3 4 5 6 7 … 13 14"],
      [7, "1 2 … 5 6 7 8 9 … 13 14"],
      [14, "1 2 … 12 13 14"],
    ] as const) {
      await page.goto(pathIn(language, `${PATH}?page=${number}`));
      await expect(pagination.getByRole("listitem")).toHaveText(items.split(" "));
      await expect(pagination.locator("[aria-current=page]")).toHaveText(String(number));
      await expect(pagination.getByRole("link", { name: List.previous })).toHaveCount(number === 1 ? 0 : 1);
      await expect(pagination.getByRole("link", { name: List.next })).toHaveCount(
        number === LIST_PAGES ? 0 : 1,
      );
    }
  });

  test(`pages follow each other without a reload, in ${language}`, async ({ page }) => {
    await page.goto(pathIn(language, PATH));
    await page.evaluate(() => document.documentElement.setAttribute("data-same-document", ""));
    const count = page.locator("main p").filter({ hasText: String(REPORT_COUNT) });
    for (const [link, number, from] of [
      [List.next, 2, "11–20"],
      [List.next, 3, "21–30"],
      [List.page.replace("{page}", "13"), 13, "121–130"],
      [List.previous, 12, "111–120"],
    ] as const) {
      await page.getByRole("link", { name: link, exact: true }).click();
      await expect(page).toHaveURL(pathIn(language, `${PATH}?page=${number}`));
      await expect(count).toContainText(from);
    }
    await page.goBack();
    await expect(count).toContainText("121–130");
    await page.getByRole("link", { name: List.page.replace("{page}", "1"), exact: true }).click();
    await expect(page).toHaveURL(pathIn(language, PATH));
    await expect(count).toContainText("1–10");
    await expect(page.locator("html")).toHaveAttribute("data-same-document");
  });

  test(`a page that does not exist is not found, in ${language}`, async ({ page, consoleMessages }) => {
    consoleMessages.allow(/status of 404/);
    for (const number of ["0", "-1", String(LIST_PAGES + 1), "abc", "1.5", "99999999999"]) {
      const answer = await page.goto(pathIn(language, `${PATH}?page=${number}`));
      expect(answer?.status(), number).toBe(404);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(TEXTS[language].NotFound.title);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
    }
  });
}

test("the arrows stand beside the pages on a small screen", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(`${PATH}?page=6`);
  const pagination = page.getByRole("navigation", { name: TEXTS.vi.List.pagination });
  const pages = await pagination.getByRole("list").boundingBox();
  const arrows = await Promise.all(
    ["prev", "next"].map((rel) => pagination.locator(`a[rel=${rel}]`).boundingBox()),
  );
  for (const arrow of arrows) {
    expect(arrow?.y).toBeGreaterThanOrEqual(pages?.y ?? Number.NaN);
    expect(arrow?.y).toBeLessThan((pages?.y ?? 0) + (pages?.height ?? 0));
  }
});

test("pages are kept, and answered from the cache", async ({ request }) => {
  for (const path of [
    PATH,
    `${PATH}?page=9`,
    `/en${PATH}?page=9`,
    "/",
    "/en",
    "/crypto_report/1",
    "/en/crypto_report/1",
  ]) {
    // The first one may find an old page, which is rendered anew behind it.
    const cache = async () => (await request.get(path)).headers()["x-cache"];
    await expect.poll(cache, path).toBe("HIT");
  }
});

test("the home page shows the latest report and the ones before it, each once", async ({ page }) => {
  for (const language of LANGUAGES) {
    await page.goto(pathIn(language, "/"));
    const ids = await page
      .locator("main h3 a")
      .evaluateAll((all) => all.map((link) => Number(link.getAttribute("href")?.split("/").pop())));
    expect(ids.slice(0, 4)).toEqual([REPORTS.full, REPORTS.styled, REPORTS.buggy, REPORTS.vietnameseOnly]);
    expect(new Set(ids).size).toBe(7);
    await page.getByRole("link", { name: TEXTS[language].Home.read }).click();
    await expect(page).toHaveURL(pathIn(language, "/crypto_report/1"));
  }
});

test("a report leads to its neighbours in time", async ({ page }) => {
  await page.goto(`/crypto_report/${REPORTS.styled}`);
  const neighbours = page.getByRole("complementary", { name: TEXTS.vi.Report.neighbours });
  await expect(neighbours.locator("a[rel=next]")).toHaveAttribute("href", `/crypto_report/${REPORTS.full}`);
  await neighbours.locator("a[rel=prev]").click();
  await expect(page).toHaveURL(`/crypto_report/${REPORTS.buggy}`);
  await page.goto(`/en/crypto_report/${REPORTS.full}`);
  await expect(page.locator("aside a[rel=next]")).toHaveCount(0);
  await page.goto(`/en/crypto_report/${REPORTS.oldest}`);
  await expect(page.locator("aside a[rel=prev]")).toHaveCount(0);
  await expect(page.locator("aside a[rel=next]")).toHaveAttribute(
    "href",
    `/en/crypto_report/${REPORTS.oldest - 1}`,
  );
});
