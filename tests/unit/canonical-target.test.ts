import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalTarget } from "@/lib/i18n/canonical-target";
import { routeRequest } from "@/lib/i18n/route-request";

const route = (target: string) => {
  const { pathname, searchParams } = new URL(`http://site.example${target}`);
  return routeRequest(pathname, searchParams);
};

describe("stays as it is", () => {
  test.each([
    ["/", "/vi"],
    ["/en", "/en"],
    ["/crypto_report", "/vi/crypto_report"],
    ["/en/crypto_report/7", "/en/crypto_report/7"],
    ["/crypto_report/7/card.png", "/vi/crypto_report/7/card.png"],
    ["/crypto_reports_list", "/vi/crypto_reports_list/1"],
    ["/en/crypto_reports_list?page=12", "/en/crypto_reports_list/12"],
    ["/rss.xml", "/vi/rss.xml"],
    ["/status", "/vi/status"],
    ["/missing", "/vi/missing"],
    ["/en/missing", "/en/missing"],
    ["/health/live", "/health/live"],
    ["/sitemaps/2", "/sitemaps/2"],
    ["/cache-stats?key=report%3A7", "/cache-stats"],
    ["/cache-stats?key=a&key=b", "/cache-stats"],
    ["/cache-stats?key=", "/cache-stats"],
    ["/api/crypto/history?field=btc_price_usd&points=100", "/api/crypto/history"],
  ])("%s, and leads to %s", (target, path) => {
    expect(canonicalTarget(target)).toEqual({ target, path });
  });
});

describe("makes no difference", () => {
  test.each([
    ["what nobody reads", "/crypto_report/7?utm_source=x&fbclid=y", "/crypto_report/7"],
    ["Next's own parameter", "/en/crypto_report/7?_rsc=1a2b3", "/en/crypto_report/7"],
    ["a page where there are none", "/crypto_report/7?page=2", "/crypto_report/7"],
    ["the first page's number", "/en/crypto_reports_list?page=1", "/en/crypto_reports_list"],
    ["no page's number", "/crypto_reports_list?page=&_rsc=x", "/crypto_reports_list"],
    ["a second number", "/crypto_reports_list?page=3&page=4", "/crypto_reports_list?page=3"],
    ["an unknown language", "/crypto_report/7?lang=fr", "/crypto_report/7"],
    ["an id where there is one", "/crypto_report/7?id=8", "/crypto_report/7"],
    ["a lonely question mark", "/crypto_report/7?", "/crypto_report/7"],
    ["a fragment", "/crypto_report/7#section", "/crypto_report/7"],
    ["a way round", "/x/../crypto_report/./7", "/crypto_report/7"],
    ["the order", "/api/crypto/history?x=1&points=9&field=a", "/api/crypto/history?field=a&points=9"],
    ["a query of a route that reads none", "/metrics?x=1", "/metrics"],
    ["a query of a file", "/sitemap.xml?page=2&lang=en", "/sitemap.xml"],
  ])("%s", (_name, target, canonical) => {
    expect(canonicalTarget(target).target).toBe(canonical);
  });
});

describe("what cannot exist is one target a language", () => {
  test.each([
    ["/nothing?a=b", "/missing"],
    ["/crypto_report/007", "/missing"],
    ["/crypto_report?id=abc", "/missing"],
    ["/crypto_report?id=", "/missing"],
    ["/crypto_reports_list?page=0&x=1", "/missing"],
    ["/en/wp-login.php", "/en/missing"],
    ["/en/crypto_report/2147483648", "/en/missing"],
    ["/nothing?lang=en", "/en/missing"],
    ["/_next/static/chunks/gone.js", "/missing"],
    ["/nothing/", "/missing"],
    ["/en/nothing/", "/en/missing"],
    ["/missing/", "/missing"],
    ["/failed", "/missing"],
    ["/en/failed?x=1", "/en/missing"],
    ["/vi/failed", "/missing"],
    ["//", "/missing"],
    ["/en//", "/en/missing"],
    ["//elsewhere.example", "/missing"],
    ["//elsewhere.example/crypto_report/7", "/missing"],
    ["/\\elsewhere.example/crypto_report/7", "/missing"],
    ["//x:y@z:99999/", "/missing"],
    ["/%00", "/missing"],
    ["/%", "/missing"],
  ])("%s is %s", (target, canonical) => {
    expect(canonicalTarget(target).target).toBe(canonical);
  });
});

describe("all that redirect to the same are one", () => {
  test.each([
    ["/crypto_report/5?lang=en", "/en/crypto_report/5"],
    ["/en/crypto_report/5?lang=en&utm=x", "/en/crypto_report/5"],
    ["/en/crypto_report?id=5", "/en/crypto_report/5"],
    ["/crypto_report?id=5&lang=en", "/en/crypto_report/5"],
    ["/vi/crypto_report/5?page=3", "/crypto_report/5"],
    ["/vi", "/"],
    ["/en?lang=vi", "/"],
    ["/vi/crypto_reports_list?page=2", "/crypto_reports_list?page=2"],
    ["/crypto_reports_list?lang=en&page=1", "/en/crypto_reports_list"],
  ])("%s to %s", (target, location) => {
    const canonical = canonicalTarget(target);
    expect(route(canonical.target)).toEqual({ kind: "redirect", location });
    expect(canonical.path).toBe(canonicalTarget(location).path);
    const language = location.startsWith("/en") ? "en" : "vi";
    const others = [`${location}${location.includes("?") ? "&" : "?"}lang=${language}`, `${target}#x`];
    for (const other of others) expect(canonicalTarget(other)).toEqual(canonical);
  });
});

test.each([
  ["/en/", "/en/"],
  ["/crypto_report/", "/crypto_report/"],
  ["/en/crypto_report/7/?utm=x", "/en/crypto_report/7/"],
  ["/crypto_reports_list/?page=2&x=1", "/crypto_reports_list/?page=2"],
  ["/crypto_report/7/?lang=en", "/en/crypto_report/7/?lang=en"],
  ["/vi/", "/?lang=vi"],
  ["/health/", "/health/"],
])("a slash at the end of what exists is for Next to take away: %s", (target, canonical) => {
  expect(canonicalTarget(target).target).toBe(canonical);
});

describe("for any target", () => {
  const segment = fc.oneof(
    fc.constantFrom("vi", "en", "crypto_report", "crypto_reports_list", "7", "0", "card.png", "rss.xml"),
    fc.constantFrom(
      "missing",
      "failed",
      "health",
      "api",
      "cache-stats",
      "static",
      "",
      ".",
      "..",
      "%2f",
      "\\",
      "a b",
    ),
    fc.string({ maxLength: 4 }),
  );
  const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`);
  const parameter = fc.tuple(
    fc.constantFrom("lang", "id", "page", "key", "field", "points", "utm_source", "_rsc", "x"),
    fc.oneof(fc.constantFrom("vi", "en", "fr", "7", "1", "2", "0", ""), fc.string({ maxLength: 4 })),
  );
  const query = fc.array(parameter, { maxLength: 4 });
  const targetOf = (pathname: string, parameters: readonly (readonly [string, string])[]): string =>
    parameters.length === 0
      ? pathname
      : `${pathname}?${new URLSearchParams(parameters.map((pair) => [...pair]))}`;
  const target = fc.tuple(path, query).map(([pathname, parameters]) => targetOf(pathname, parameters));

  test("the canonical one of the canonical one is itself, and in origin form", () => {
    fc.assert(
      fc.property(target, (any) => {
        const canonical = canonicalTarget(any);
        expect(canonicalTarget(canonical.target)).toEqual(canonical);
        expect(canonical.target).toMatch(/^\/[!-~]*$/);
      }),
    );
  });

  test("it leads to the same page, or redirects to the same", () => {
    fc.assert(
      fc.property(target, (any) => {
        // With a slash at the end it is Next that decides.
        fc.pre(!/[^/]\/$/.test(new URL(`http://x${any}`).pathname));
        const [before, after] = [route(any), route(canonicalTarget(any).target)];
        if (before.kind !== "redirect") {
          expect(after).toEqual(before);
          return;
        }
        const there = canonicalTarget(before.location);
        expect(after).toEqual({ kind: "redirect", location: there.target });
        expect(route(there.target)).toEqual(route(before.location));
      }),
    );
  });

  /** A parameter behind a second question mark would be a part of the first one's name; spaces at the end are none. */
  const plainPath = path.filter((pathname) => !/[?#]|[\0- ]$/.test(pathname));

  test("what nobody reads can be added anywhere", () => {
    const noise = fc.array(
      fc.tuple(fc.constantFrom("utm_source", "utm_medium", "gclid", "_rsc", "Lang", "x"), fc.string()),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(plainPath, query, noise, fc.nat(), (pathname, parameters, added, at) => {
        const noisy: [string, string][] = [...parameters];
        noisy.splice(at % (parameters.length + 1), 0, ...added);
        const canonical = canonicalTarget(targetOf(pathname, parameters));
        expect(canonicalTarget(targetOf(pathname, noisy))).toEqual(canonical);
      }),
    );
  });

  test("parameters of different names can change places", () => {
    const ofNames = query.map((parameters) => [...new Map(parameters)]);
    fc.assert(
      fc.property(plainPath, ofNames, (pathname, parameters) => {
        const canonical = canonicalTarget(targetOf(pathname, parameters));
        expect(canonicalTarget(targetOf(pathname, parameters.toReversed()))).toEqual(canonical);
      }),
    );
  });
});
