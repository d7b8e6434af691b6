import { expect, test } from "../support/e2e";
import { LANGUAGES, pathIn, TEXTS } from "../support/e2e-texts";

for (const language of LANGUAGES) {
  const { NotFound, List, Site } = TEXTS[language];

  test(`what does not exist is not found, in ${language}`, async ({ page, consoleMessages }) => {
    consoleMessages.allow(/status of 404/);
    for (const path of [
      "/nowhere",
      "/crypto_report/0",
      "/crypto_report/abc",
      "/crypto_report/01",
      "/crypto_report/2147483648",
      "/crypto_report/999999",
      "/crypto_report/1/more",
      "/crypto_report/999999/card.png/x",
      "/missing/anything",
    ]) {
      const answer = await page.goto(pathIn(language, path));
      expect(answer?.status(), path).toBe(404);
      await expect(page.locator("html"), path).toHaveAttribute("lang", language);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(NotFound.title);
      await expect(page).toHaveTitle(`${NotFound.title} | ${Site.name}`);
      await expect(page.locator("meta[name=robots][content*=noindex]").first()).toBeAttached();
    }
    await page.getByRole("main").getByRole("link", { name: NotFound.archive }).click();
    await expect(page).toHaveURL(pathIn(language, "/crypto_reports_list"));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(List.title);
  });
}

for (const [path, location] of [
  ["/crypto_report/1?lang=en", "/en/crypto_report/1"],
  ["/en/crypto_report/1?lang=vi", "/crypto_report/1"],
  ["/?lang=en", "/en"],
  ["/crypto_reports_list?page=3&lang=en", "/en/crypto_reports_list?page=3"],
  ["/crypto_report?id=2", "/crypto_report/2"],
  ["/en/crypto_report?id=2", "/en/crypto_report/2"],
  ["/crypto_report?id=2&lang=en", "/en/crypto_report/2"],
  ["/vi", "/"],
  ["/vi/crypto_report/1", "/crypto_report/1"],
  ["/vi/crypto_reports_list?page=2", "/crypto_reports_list?page=2"],
] as const) {
  test(`${path} leads to ${location} for good`, async ({ request, baseURL }) => {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect(answer.status()).toBe(308);
    expect(new URL(answer.headers().location ?? "", baseURL).href).toBe(baseURL + location);
    expect((await request.get(path)).status()).toBe(200);
  });
}

test("nothing redirects to another site", async ({ request, baseURL }) => {
  for (const path of [
    "//elsewhere.example?lang=en",
    "/%2f%2felsewhere.example?lang=en",
    "/vi//elsewhere.example",
    "/vi/%5celsewhere.example",
    "/crypto_report?id=//elsewhere.example",
  ]) {
    const answer = await request.get(baseURL + path, { maxRedirects: 0 });
    const location = answer.headers().location;
    if (location !== undefined) expect(new URL(location, baseURL).origin, path).toBe(baseURL);
    else expect(answer.status(), path).toBeGreaterThanOrEqual(400);
  }
});
