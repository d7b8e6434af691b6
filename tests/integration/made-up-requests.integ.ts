import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSite, startSite } from "../support/server";

let site: RunningSite;

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site?.stop());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const asking = request(site.url + path, { headers, method, agent: false }).end();
  const [response] = await once(asking, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Labels and value of each sample of the site's counter of requests. */
async function samplesOf(route: string): Promise<string[]> {
  const { body } = await ask("/metrics");
  return body.split("\n").filter((line) => line.startsWith(`http_requests_total{route="${route}"`));
}

describe("who wants what is kept or nothing", () => {
  test("is told that nothing is kept, which is no error of the site", async () => {
    const { status } = await ask("/crypto_report/900000", { "cache-control": "only-if-cached" });
    expect(status).toBe(504);
    const sample = 'http_requests_total{route="/crypto_report/{id}",method="GET",status="not_cached"} 1';
    await expect.poll(() => samplesOf("/crypto_report/{id}")).toEqual([sample]);
    expect((await ask("/metrics")).body).toMatch(/^page_cache_failures_total 0$/m);
    expect(site.output()).not.toContain("a request failed");
  });
});

describe("where there are no pages", () => {
  test.each([
    ["GET", "/api/x"],
    ["POST", "/api/x"],
    ["OPTIONS", "/api/crypto"],
    ["GET", "/static/x.png?y=z"],
    ["GET", "/sitemaps/0"],
    ["GET", "/sitemaps/2"],
    ["GET", "/sitemaps/two"],
  ])("%s %s is a problem", async (method, path) => {
    const { status, headers, body } = await ask(path, {}, method);
    expect([status, headers["content-type"]]).toEqual([404, "application/problem+json"]);
    expect(JSON.parse(body)).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: expect.stringMatching(/./),
      code: "E_NOT_FOUND",
    });
  });

  test("a crawl over made-up paths asks the application for nothing", async () => {
    for (const path of ["/api/made-up", "/static/made-up.js", "/sitemaps/made-up"]) {
      expect((await ask(path)).headers, path).not.toHaveProperty("x-cache");
    }
  });

  test("a slash at the end of what exists leads to it", async () => {
    const { status, headers } = await ask("/api/openapi.json/");
    expect([status, headers.location]).toEqual([308, "/api/openapi.json"]);
  });
});

describe("the document of a 500 is shown to nobody who asks for it", () => {
  test.each(["", "/en"])("%s/failed is like any other path that there is not", async (prefix) => {
    const { body } = await ask(`${prefix}/nothing`);
    const wishes: Record<string, string>[] = [{}, { "x-error-document": "500" }];
    for (const headers of wishes) {
      const answer = await ask(`${prefix}/failed`, headers);
      expect([answer.status, answer.body === body], JSON.stringify(headers)).toEqual([404, true]);
    }
    expect(site.output()).not.toContain("a request failed");
  });
});
