import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, test, vi } from "vitest";
import { sanitizeInlineStyle } from "@/lib/reports/document/css/inline-style";
import { scopeStylesheet } from "@/lib/reports/document/css/stylesheet";
import { assertHarmlessStyle, assertScoped } from "./css-assert-scoped";

fc.configureGlobal({ seed: 94 });
vi.setConfig({ testTimeout: 60_000 });

const FRAGMENTS = (
  "{ } ( ) [ ] ; : , . # @ ! & * + ~ > | || / \\ \\{ \\} \\7b \\75rl( ' \" /* */ // <!-- --> </style> < = % $ ^ - -- _ " +
  "html body :root :scope :host #report-container .card .dark [data-theme=dark] header ::before ::backdrop " +
  ":not( :is( :has( :has(~ :has(+ :where( :nth-child(2n+1) :hover svg|a *|* >>> " +
  "@import @media @media(prefers-color-scheme:dark) @supports @keyframes @layer @font-face @property @scope " +
  "@container @starting-style and not or from to 50% (width>9px) (prefers-color-scheme:light) " +
  "color: background: background-image: position: content: animation: --x: cursor: src: behavior: " +
  "red #fee2e2 #475569 rgba(1,2,3,.4) light-dark( var(--x, transparent fixed sticky relative !important " +
  "url( URL( url(http://x.y) url('data:image/png;base64,AA') url(data:image/svg+xml,x) image-set( image( " +
  "src( expression( element( attr(x) calc( linear-gradient( data:image/png, http://x.y javascript: 1px 0 a b"
).split(" ");

const fragment = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...FRAGMENTS) },
  { weight: 3, arbitrary: fc.constantFrom(" ", "\n", "\t", "\r\n", "\f", "\u0000", "\u00a0", "\ud800", "é") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);
const soup = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(""));

const rule = fc
  .tuple(soup, soup, soup)
  .map(([selector, declarations, value]) => `${selector}{${declarations};color:${value};left:0}.z{top:0}`);

const sheets = readdirSync("tests/fixtures/reports")
  .map((name) => JSON.parse(readFileSync(`tests/fixtures/reports/${name}`, "utf8")).css_content)
  .filter((css) => typeof css === "string");

/** A real sheet with pieces cut out of it and others put in. */
const damaged = fc
  .tuple(
    fc.constantFrom<string>(...sheets),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(30), fragment), { maxLength: 6 }),
  )
  .map(([sheet, edits]) =>
    edits.reduce((css, [at, length, insert]) => {
      const index = Math.floor(at * css.length);
      return css.slice(0, index) + insert + css.slice(index + length);
    }, sheet),
  );

function staysScoped(css: string): void {
  const once = scopeStylesheet(css);
  assertScoped(once);
  assertScoped(scopeStylesheet(once));
}

describe("whatever comes in, what comes out is scoped, and so is that again", () => {
  test("random characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), staysScoped), { numRuns: 500 });
  });

  test("pieces of CSS in any order", () => {
    fc.assert(fc.property(soup, staysScoped), { numRuns: 1_000 });
  });

  test("rules made of such pieces", () => {
    fc.assert(fc.property(rule, staysScoped), { numRuns: 1_000 });
  });

  test("real sheets with damage", () => {
    fc.assert(fc.property(damaged, staysScoped), { numRuns: 200 });
  });
});

test("whatever an inline style holds, what is left is harmless, and so is that again", () => {
  const style = fc.oneof(
    soup,
    soup.map((text) => `left:0;${text};color:red`),
    fc.string({ unit: "binary", maxLength: 100 }),
  );
  fc.assert(
    fc.property(style, (text) => {
      const once = sanitizeInlineStyle(text);
      assertHarmlessStyle(once);
      assertHarmlessStyle(sanitizeInlineStyle(once));
    }),
    { numRuns: 1_000 },
  );
});
