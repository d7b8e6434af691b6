import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import messages from "@/messages/en.json";
import { createPublishedReports, type PublishedReports, reportHtml } from "../support/published-reports";
import { type RunningSite, startSite } from "../support/server";

let reports: PublishedReports;
let site: RunningSite;

beforeAll(async () => {
  reports = await createPublishedReports(2);
  site = await startSite({ databaseUrl: reports.url });
});

afterAll(async () => {
  await site?.stop();
  await reports?.drop();
});

/** What Node, and many proxies, take of the head of an answer. */
const HEAD_BYTES = 16 * 1024;

describe("a row that is many times longer on its page", () => {
  const letters = "a".repeat(20_000);
  test.each([
    [
      "cells that repeat a label",
      `<table><tr><th>${letters}</th></tr>${"<tr><td>1</td></tr>".repeat(3_000)}</table>`,
    ],
    ["icons with long outlines", "<p class='fab fa-old-republic'>x".repeat(3_000)],
  ])("has a page with its beginning, and the site lives: %s", async (_name, html) => {
    const [row] = await reports.generator<{ id: number }[]>`
      INSERT INTO crypto_report (html_content, html_content_en) VALUES (${html}, ${html}) RETURNING id`;
    const answer = await fetch(`${site.url}/en/crypto_report/${row?.id}`);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain(messages.Report.cut);
    const head = [...answer.headers].reduce(
      (length, [name, value]) => length + name.length + value.length + 4,
      0,
    );
    expect(head).toBeLessThan(HEAD_BYTES);
    expect((await fetch(`${site.url}/health/live`)).status).toBe(200);
  });
});

describe("a row whose time no clock knows", () => {
  test("holds up nothing: what is published after it is seen", async () => {
    await reports.generator`
      INSERT INTO crypto_report (html_content, created_at) VALUES (${reportHtml("Of all times")}, 'infinity')`;
    const [row] = await reports.generator<{ id: number }[]>`
      INSERT INTO crypto_report (html_content) VALUES (${reportHtml("After that")}) RETURNING id`;
    await vi.waitFor(
      async () => {
        for (const path of ["/", "/crypto_report", "/crypto_reports_list", "/rss.xml"]) {
          const answer = await fetch(site.url + path);
          expect([path, answer.status]).toEqual([path, 200]);
          const text = await answer.text();
          expect(text).toContain("After that");
          expect(text).not.toContain("Of all times");
        }
      },
      { timeout: 30_000, interval: 50 },
    );
    expect((await fetch(`${site.url}/crypto_report/${row?.id}`)).status).toBe(200);
    expect((await fetch(`${site.url}/crypto_report/${Number(row?.id) - 1}`)).status).toBe(404);
    expect((await fetch(`${site.url}/sitemap.xml`)).status).toBe(200);
  });
});
