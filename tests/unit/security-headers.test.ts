import { describe, expect, test } from "vitest";
import {
  contentSecurityPolicy,
  STRICT_TRANSPORT_SECURITY,
  securityHeaders,
} from "@/lib/http/security-headers";

function asObject(list: readonly string[]): Record<string, string> {
  const names = list.filter((_text, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, list[2 * index + 1] ?? ""]));
}

describe("the content security policy", () => {
  const directives = (hashes: readonly string[]) =>
    new Map(
      contentSecurityPolicy(hashes)
        .split("; ")
        .map((directive) => {
          const [name = "", ...sources] = directive.split(" ");
          return [name, sources];
        }),
    );

  test("scripts are files of the site and those whose hashes are given, and nothing else", () => {
    expect(directives(["'sha256-a='", "'sha256-b='"]).get("script-src")).toEqual([
      "'self'",
      "'sha256-a='",
      "'sha256-b='",
    ]);
    expect(directives([]).get("script-src")).toEqual(["'self'"]);
  });

  test("nothing is embedded, no base is set, nobody frames a page, forms stay", () => {
    const policy = directives([]);
    expect(
      ["object-src", "base-uri", "frame-ancestors", "form-action"].map((name) => policy.get(name)),
    ).toEqual([["'none'"], ["'none'"], ["'none'"], ["'self'"]]);
    expect(policy.get("default-src")).toEqual(["'self'"]);
  });

  test("only styles may be inline, and only pictures may be part of a page", () => {
    const holding = (source: string) =>
      [...directives([])].flatMap(([name, sources]) => (sources.includes(source) ? [name] : []));
    expect(holding("'unsafe-inline'")).toEqual(["style-src"]);
    expect(holding("data:")).toEqual(["img-src"]);
    expect(contentSecurityPolicy([])).not.toMatch(/https?:|\*|unsafe-eval|blob:/);
  });
});

describe("the headers of an answer", () => {
  test("are a flat list of names and values that a head may consist of", () => {
    const list = securityHeaders(["'sha256-a='"]);
    expect(list.length % 2).toBe(0);
    for (const [name, value] of Object.entries(asObject(list))) {
      expect(name).toMatch(/^[a-z-]+$/);
      expect(value).toMatch(/^[\x20-\x7e]+$/);
    }
    expect(asObject(list)).toEqual({
      "content-security-policy": contentSecurityPolicy(["'sha256-a='"]),
      "x-content-type-options": "nosniff",
      "referrer-policy": "strict-origin-when-cross-origin",
      "permissions-policy": expect.stringContaining("camera=(), "),
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  test("let other sites show what is made for them", () => {
    expect(asObject(securityHeaders([], "cross-origin"))["cross-origin-resource-policy"]).toBe(
      "cross-origin",
    );
  });

  test("do not deny copying a link", () => {
    expect(asObject(securityHeaders())["permissions-policy"]).not.toContain("clipboard-write");
  });

  test("keep a browser on TLS for a year once it came that way", () => {
    expect(STRICT_TRANSPORT_SECURITY).toEqual(["strict-transport-security", "max-age=31536000"]);
  });
});
