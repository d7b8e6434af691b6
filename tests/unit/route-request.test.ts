import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { routeRequest } from "@/lib/i18n/route-request";

const route = (url: string) => {
  const { pathname, searchParams } = new URL(url, "http://site.example");
  return routeRequest(pathname, searchParams);
};
const rewrite = (path: string) => ({ kind: "rewrite", path });
const missing = (path: string) => ({ kind: "rewrite", path, status: 404 });
const redirect = (location: string) => ({ kind: "redirect", location });

describe("pages", () => {
  test.each([
    ["/", "/vi"],
    ["/en", "/en"],
    ["/crypto_report", "/vi/crypto_report"],
    ["/en/crypto_report", "/en/crypto_report"],
    ["/crypto_report/7", "/vi/crypto_report/7"],
    ["/en/crypto_report/2147483647", "/en/crypto_report/2147483647"],
    ["/crypto_report/7/card.png", "/vi/crypto_report/7/card.png"],
    ["/card.png", "/vi/card.png"],
    ["/en/card.png", "/en/card.png"],
    ["/crypto_reports_list", "/vi/crypto_reports_list/1"],
    ["/crypto_reports_list?page=", "/vi/crypto_reports_list/1"],
    ["/en/crypto_reports_list?page=12", "/en/crypto_reports_list/12"],
    ["/status", "/vi/status"],
    ["/en/status", "/en/status"],
    ["/rss.xml", "/vi/rss.xml"],
    ["/en/rss.xml", "/en/rss.xml"],
    ["/crypto_report/7?utm_source=x", "/vi/crypto_report/7"],
  ])("%s is served from %s", (url, path) => {
    expect(route(url)).toEqual(rewrite(path));
  });
});

describe("what cannot exist is the one missing page of its language", () => {
  test.each([
    ["/crypto_report/0", "/vi/missing"],
    ["/crypto_report/-1", "/vi/missing"],
    ["/crypto_report/007", "/vi/missing"],
    ["/crypto_report/1.5", "/vi/missing"],
    ["/crypto_report/1e3", "/vi/missing"],
    ["/crypto_report/2147483648", "/vi/missing"],
    ["/en/crypto_report/abc", "/en/missing"],
    ["/crypto_report/1%27%20OR%201=1", "/vi/missing"],
    ["/crypto_report/1/2", "/vi/missing"],
    ["/crypto_reports_list?page=0", "/vi/missing"],
    ["/crypto_reports_list?page=-1", "/vi/missing"],
    ["/en/crypto_reports_list?page=two", "/en/missing"],
    ["/crypto_reports_list?page=../../etc", "/vi/missing"],
    ["/crypto_reports_list/2", "/vi/missing"],
    ["/missing", "/vi/missing"],
    ["/failed", "/vi/missing"],
    ["/en/failed", "/en/missing"],
    ["/vi/failed", "/vi/missing"],
    ["/anything/else", "/vi/missing"],
    ["/en/anything", "/en/missing"],
    ["/english", "/vi/missing"],
    ["/en/health", "/en/missing"],
    ["/health/other", "/vi/missing"],
    ["/metrics/x", "/vi/missing"],
    ["/vi/anything", "/vi/missing"],
  ])("%s", (url, path) => {
    expect(route(url)).toEqual(missing(path));
  });
});

test.each([
  ["/failed", "/vi/failed"],
  ["/en/failed", "/en/failed"],
])("the process itself is given the document of errors at %s", (pathname, path) => {
  expect(routeRequest(pathname, new URLSearchParams(), true)).toEqual(rewrite(path));
});

describe("redirects", () => {
  test.each([
    ["/crypto_report/5?lang=en", "/en/crypto_report/5"],
    ["/en/crypto_report/5?lang=vi", "/crypto_report/5"],
    ["/crypto_report/5?lang=vi", "/crypto_report/5"],
    ["/crypto_report?id=5", "/crypto_report/5"],
    ["/en/crypto_report?id=5", "/en/crypto_report/5"],
    ["/crypto_report?id=5&lang=en&utm=x", "/en/crypto_report/5?utm=x"],
    ["/?lang=en", "/en"],
    ["/vi", "/"],
    ["/vi/crypto_report/5", "/crypto_report/5"],
    ["/vi/crypto_reports_list?page=2", "/crypto_reports_list?page=2"],
  ])("%s goes to %s", (url, location) => {
    expect(route(url)).toEqual(redirect(location));
  });

  test("an unknown language changes nothing", () => {
    expect(route("/crypto_report/5?lang=fr")).toEqual(rewrite("/vi/crypto_report/5"));
  });

  test("a bad id is not found rather than redirected", () => {
    expect(route("/crypto_report?id=abc")).toEqual(missing("/vi/missing"));
  });

  test("no path leads to another site, and none is redirected twice", () => {
    const segment = fc.constantFrom(
      "/",
      "//",
      "\\",
      "vi",
      "en",
      "evil.example",
      "crypto_report",
      "5",
      "..",
      "%2f",
      ":",
    );
    const path = fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join("/")}`);
    const query = fc.dictionary(
      fc.constantFrom("lang", "id", "page"),
      fc.constantFrom("vi", "en", "5", "//x", ""),
    );
    fc.assert(
      fc.property(path, query, (pathname, parameters) => {
        const decision = routeRequest(pathname, new URLSearchParams(parameters));
        if (decision.kind !== "redirect") return;
        expect(new URL(decision.location, "http://site.example").origin).toBe("http://site.example");
        expect(route(decision.location).kind).toBe("rewrite");
      }),
    );
  });
});

test.each([
  "/robots.txt",
  "/sitemap.xml",
  "/sitemaps/2",
  "/favicon.ico",
  "/api/openapi.json",
  "/api/crypto/history",
  "/health",
  "/health/live",
  "/metrics",
  "/cache-stats",
  "/clear-cache",
])("%s has no language and passes", (url) => {
  expect(route(url)).toEqual({ kind: "pass" });
});

test.each([
  "/api/x",
  "/api/",
  "/api/crypto/history/x",
  "/api/crypto/%68istory",
  "/sitemaps/0",
  "/sitemaps/",
  "/sitemaps/two",
  "/sitemaps/2147483648",
  "/sitemaps/1/2",
  "/static/x.png",
])("%s is absent, unless it is a file", (url) => {
  expect(route(url)).toEqual({ kind: "absent" });
});
