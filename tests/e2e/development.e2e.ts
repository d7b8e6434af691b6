import { expect, test } from "../support/e2e";
import { startSite } from "../support/server";

test("`npm run dev` shows the sample reports without any service, and finds nothing to complain about", async ({
  browser,
}) => {
  test.slow();
  const site = await startSite({
    command: [process.execPath, "scripts/dev.mjs"],
    env: { NODE_ENV: "development" },
  });
  const page = await browser.newPage();
  try {
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    for (const path of ["/", "/crypto_report", "/en/crypto_report"]) {
      const answer = await page.goto(site.url + path);
      expect([path, answer?.status()]).toEqual([path, 200]);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    }
    expect(complaints).toEqual([]);
    expect(site.output()).toContain("embedded Postgres");
  } finally {
    await page.close();
    await site.stop();
  }
});
