import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, test } from "vitest";
import { refusalOf } from "@/lib/http/request-guard";

interface Asked {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly rawHeaders?: string[];
  readonly httpVersionMinor?: number;
}

function asked({ method = "GET", url = "/", headers = {}, rawHeaders, httpVersionMinor = 1 }: Asked) {
  const raw = rawHeaders ?? ["Host", "site.example", ...Object.entries(headers).flat().map(String)];
  return refusalOf({ method, url, headers, rawHeaders: raw, httpVersionMinor });
}

describe("URLs that are asked for pass", () => {
  test.each([
    "/",
    "/?page=2",
    "/en/crypto_report/12?lang=vi&utm_source=a+b",
    "/_next/static/chunks/%5Blocale%5D/0a-b_c~.js?dpl=1",
    "/_next/static/media/a.b.woff2",
    "/search?q=100%25&redirect=https://site.example/a/../b",
    "/search?q=a\\b|c^{d}`e",
    "/t%C3%ACm?q=%E1%BA%BF%F0%9F%9A%80",
    "/.well-known/security.txt",
    "/a/...",
    "/a//b/",
    "/a%2Fb",
    "/%252e%252e/",
    "/a;v=1,2/(b)!$'*@",
    `/${"a".repeat(2_047)}`,
  ])("%s", (url) => {
    expect(asked({ url })).toBeNull();
  });
});

describe("URLs that mean something else to somebody else are refused", () => {
  test.each([
    ["", "E_URL_FORM"],
    ["*", "E_URL_FORM"],
    ["a", "E_URL_FORM"],
    ["?a", "E_URL_FORM"],
    ["site.example:443", "E_URL_FORM"],
    ["http://site.example/", "E_URL_FORM"],
    ["HTTP://other.example/health", "E_URL_FORM"],
    ["/a b", "E_URL_CHARACTER"],
    ["/\0", "E_URL_CHARACTER"],
    ["/a\t", "E_URL_CHARACTER"],
    ["/\u{e9}", "E_URL_CHARACTER"],
    ["/?q=\u{e9}", "E_URL_CHARACTER"],
    ["/a#b", "E_URL_CHARACTER"],
    ["/%", "E_URL_ESCAPE"],
    ["/%2", "E_URL_ESCAPE"],
    ["/%zz", "E_URL_ESCAPE"],
    ["/?q=100%", "E_URL_ESCAPE"],
    ["/%u0041", "E_URL_ESCAPE"],
    ["/%c0%af", "E_URL_UTF8"],
    ["/%e0%80%af", "E_URL_UTF8"],
    ["/%c0%ae%c0%ae/", "E_URL_UTF8"],
    ["/%ff", "E_URL_UTF8"],
    ["/%ed%a0%80", "E_URL_UTF8"],
    ["/%f5%80%80%80", "E_URL_UTF8"],
    ["/?q=%e9", "E_URL_UTF8"],
    ["/%00", "E_URL_CONTROL"],
    ["/?q=%00", "E_URL_CONTROL"],
    ["/?q=%0d%0aset-cookie:a", "E_URL_CONTROL"],
    ["/%7f", "E_URL_CONTROL"],
    ["/%c2%85", "E_URL_CONTROL"],
    ["//other.example/", "E_URL_PATH"],
    ["/%2fother.example/", "E_URL_PATH"],
    ["/\\other.example", "E_URL_PATH"],
    ["/%5Cother.example", "E_URL_PATH"],
    ["/..", "E_URL_PATH"],
    ["/.", "E_URL_PATH"],
    ["/a/../b", "E_URL_PATH"],
    ["/a/./b", "E_URL_PATH"],
    ["/a/..?b", "E_URL_PATH"],
    ["/%2e%2e/", "E_URL_PATH"],
    ["/a/.%2E", "E_URL_PATH"],
    ["/a/..%2fb", "E_URL_PATH"],
    ["/a%2f..%2fb", "E_URL_PATH"],
  ])("%j: %s", (url, code) => {
    expect(asked({ url })).toMatchObject({ status: 400, code });
  });

  test("as are those that are too long, in path and query together", () => {
    const refusal = asked({ url: `/a?${"b".repeat(2_046)}` });
    expect(refusal).toMatchObject({ status: 414, code: "E_URL_LENGTH" });
    expect(refusal?.detail).toBe("The URL has 2049 characters; it may have 2048");
  });

  test("whatever they hold, the answer repeats nothing of it", () => {
    for (const url of ["/<script>\u{7}", "/%<b>", "http://<i>/"]) {
      expect(JSON.stringify(asked({ url }))).not.toMatch(/<(?:script|b|i)>/);
    }
  });
});

describe("methods", () => {
  test.each(["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"])("%s passes", (method) => {
    expect(asked({ method })).toBeNull();
  });

  test.each(["TRACE", "CONNECT", "PROPFIND", "PURGE", "get", ""])("%j is refused", (method) => {
    expect(asked({ method })).toMatchObject({
      status: 405,
      code: "E_METHOD",
      headers: { allow: "GET, HEAD, POST, OPTIONS" },
    });
  });
});

describe("bodies", () => {
  test.each([undefined, "0", "65536"])("of a declared length of %s pass", (length) => {
    expect(asked({ method: "POST", headers: { "content-length": length } })).toBeNull();
  });

  test("that are too large are refused before they come", () => {
    const refusal = asked({ method: "POST", headers: { "content-length": "65537" } });
    expect(refusal).toMatchObject({ status: 413, code: "E_BODY_SIZE" });
  });

  test("without a declared length are refused", () => {
    const refusal = asked({ method: "POST", headers: { "transfer-encoding": "chunked" } });
    expect(refusal).toMatchObject({ status: 411, code: "E_BODY_LENGTH" });
  });
});

describe("headers", () => {
  test("must name the host once, and need not in HTTP/1.0", () => {
    expect(asked({ rawHeaders: ["hOsT", "a"] })).toBeNull();
    expect(asked({ rawHeaders: [], httpVersionMinor: 0 })).toBeNull();
    const refused = { status: 400, code: "E_HOST", closes: true };
    expect(asked({ rawHeaders: ["X-Host", "a"] })).toMatchObject(refused);
    expect(asked({ rawHeaders: ["Host", "a", "host", "b"] })).toMatchObject(refused);
    expect(asked({ rawHeaders: ["Host", "a", "host", "b"], httpVersionMinor: 0 })).toMatchObject(refused);
  });

  test.each(["a", "reports.example:8000", "192.0.2.1", "[2001:DB8::1]:80", "my_service", "a:", ""])(
    "may name the host %j",
    (host) => {
      expect(asked({ headers: { host }, rawHeaders: ["Host", host] })).toBeNull();
    },
  );

  test.each([
    "a b",
    "a@b/../c",
    "a,b",
    "a;b",
    "<script>",
    "a/b",
    "a?b",
    "a\\b",
    ":80",
    "a:b",
    "[::1",
    "%61",
    "\xe9",
  ])("may not name the host %j", (host) => {
    const refused = { status: 400, code: "E_HOST", closes: true };
    expect(asked({ headers: { host }, rawHeaders: ["Host", host] })).toMatchObject(refused);
  });

  test("may be a hundred", () => {
    const headers = (count: number) => [
      "Host",
      "a",
      ...Array.from({ length: count - 1 }, () => ["a", "b"]).flat(),
    ];
    expect(asked({ rawHeaders: headers(100) })).toBeNull();
    expect(asked({ rawHeaders: headers(101) })).toMatchObject({ status: 431, code: "E_HEADERS" });
  });
});
