import { readdirSync, readFileSync } from "node:fs";
import postcss from "postcss";
import { describe, expect, test } from "vitest";
import { sanitizeInlineStyle } from "@/lib/reports/document/css/inline-style";
import { scopeStylesheet } from "@/lib/reports/document/css/stylesheet";
import { assertHarmlessStyle, assertScoped, flatRules } from "./css-assert-scoped";

const reports = readdirSync("tests/fixtures/reports").map((name) => {
  const row = JSON.parse(readFileSync(`tests/fixtures/reports/${name}`, "utf8"));
  return {
    name,
    css: String(row.css_content ?? ""),
    html: `${row.html_content}${row.html_content_en ?? ""}`,
  };
});

describe.each(reports)("$name", ({ css, html }) => {
  const output = scopeStylesheet(css);
  const rules = flatRules(output);

  test("its style sheet is scoped", () => assertScoped(output));

  test("every rule is still there, with its conditions and properties", () => {
    for (const original of flatRules(css)) {
      const theme = original.within.some((one) => one.includes("prefers-color-scheme"));
      const found = rules.filter(
        (rule) =>
          (theme || rule.within.join() === original.within.join()) &&
          original.selectors.every((selector) => rule.selectors.some((one) => one.endsWith(selector))) &&
          Object.keys(rule.declarations).join() === Object.keys(original.declarations).join(),
      );
      expect(found.length, original.selectors.join()).toBeGreaterThanOrEqual(theme ? 2 : 1);
    }
  });

  test("its keyframes are renamed, and used", () => {
    const names = (sheet: string) => {
      const found: string[] = [];
      postcss.parse(sheet).walkAtRules("keyframes", (rule) => {
        found.push(rule.params);
      });
      return found;
    };
    expect(names(output)).toEqual(names(css).map((name) => `report-${name}`));
    for (const name of names(output)) {
      expect(rules.some(({ declarations }) => declarations.animation?.startsWith(`${name} `))).toBe(true);
    }
  });

  test("its inline styles are harmless and not lost", () => {
    for (const [, style = ""] of html.matchAll(/style="([^"]*)"/g)) {
      const output = sanitizeInlineStyle(style);
      assertHarmlessStyle(output);
      expect(output).not.toBe("");
    }
  });
});
