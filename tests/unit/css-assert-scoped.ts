import postcss, { type Declaration, type Rule } from "postcss";
import selectorParser from "postcss-selector-parser";
import { expect } from "vitest";

const AT_RULES = /^(?:media|supports|container|keyframes|-webkit-keyframes|layer|starting-style)$/;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/g;
const FORBIDDEN_FUNCTION =
  /(?:^|[^\w-])(?:src|image|cross-fade|-webkit-cross-fade|element|-moz-element|paint|expression|attr\([^)]*url)\s*\(/i;
const FORBIDDEN_PROPERTY =
  /^(?:behavior|-moz-binding|src|color-scheme|view-transition-.*|-webkit-text-fill-color)$/;

/**
 * Proves, with a strict parser and none of the code under test, that a style sheet matches only inside
 * the report, causes no request and can not end its `<style>` element.
 */
export function assertScoped(output: string): void {
  expect(output).not.toMatch(/<\/style|<!--/i);
  const root = postcss.parse(output);
  root.walkComments(() => expect.fail("a comment"));
  root.walkAtRules((rule) => {
    expect(rule.name).toMatch(AT_RULES);
    expect(rule.params.replace(STRING, "")).not.toMatch(/url|[\\{};@"']/i);
    if (/keyframes|layer/.test(rule.name)) expect(rule.params).toMatch(/^(?:report-[^\s\\]+(?:, )?)*$/);
  });
  root.walkRules((rule) => {
    const parent = rule.parent;
    expect(parent?.type).not.toBe("rule");
    if (parent?.type === "atrule" && "name" in parent && /keyframes/.test(String(parent.name))) {
      expect(rule.selector).toMatch(/^(?:(?:from|to|[\d.]+%)(?:, ?|$))+$/i);
    } else assertAnchored(rule);
  });
  root.walkDecls((declaration) => {
    expect(declaration.parent?.type).toBe("rule");
    assertHarmless(declaration);
  });
}

/** The same for the value of a `style` attribute. */
export function assertHarmlessStyle(output: string): void {
  expect(output).not.toContain("<");
  const { nodes } = postcss.parse(`a{${output}}`);
  expect(nodes.length).toBe(1);
  for (const node of nodes) {
    if (node.type !== "rule") expect.fail(node.type);
    for (const child of node.nodes) {
      if (child.type !== "decl") expect.fail(child.type);
      assertHarmless(child);
    }
  }
}

function assertAnchored(rule: Rule): void {
  const selectors = selectorParser().astSync(rule.selector).nodes;
  expect(selectors.length).toBeGreaterThan(0);
  for (const selector of selectors) {
    const text = selector.toString().trim();
    selector.walkCombinators((combinator) => {
      expect(combinator.value.trim(), text).toMatch(/^[>+~]?$/);
    });
    const [anchored = ""] =
      /^(?::root(?:\[data-theme="(?:dark|light)"\]|:not\(\[data-theme\]\)) )?/.exec(text) ?? [];
    const [own] = selectorParser().astSync(text.slice(anchored.length)).nodes;
    expect(own?.nodes[0]?.type, text).toBe("id");
    expect(own?.nodes[0]?.value, text).toBe("report-container");
    const next = own?.nodes.find((node) => node.type === "combinator");
    expect(next?.value.trim() ?? "", text).toMatch(/^>?$/);
    const compound = own?.nodes.slice(0, next === undefined ? undefined : own.index(next)) ?? [];
    for (const simple of compound) {
      if (simple.type !== "pseudo") continue;
      expect(simple.toString(), text).not.toMatch(/:has\(\s*[+~]|,\s*[+~]/i);
    }
  }
}

function assertHarmless({ prop, value, important }: Declaration): void {
  const text = `${prop}: ${value}`;
  expect(prop, text).not.toContain("\\");
  expect(prop.toLowerCase(), text).not.toMatch(FORBIDDEN_PROPERTY);
  const bare = value.replace(STRING, "$");
  expect(bare, text).not.toMatch(/[\\{}<>;@!"']|\/\*/);
  expect(bare, text).not.toMatch(FORBIDDEN_FUNCTION);
  expect(isBalanced(bare), text).toBe(true);
  for (const url of value.matchAll(/url\s*\(\s*("[^"]*"|'[^']*'|[^)]*)/gi)) {
    if (!/url/i.test(bare)) break;
    expect(url[1], text).toMatch(/^"data:image\//i);
    if (/^"data:image\/svg/i.test(url[1] ?? "")) expect(prop, text).toMatch(/^background(?:-image)?$/);
  }
  const withoutAddresses = bare.replace(/(?:url|type)\(\$\)/g, "");
  for (const set of withoutAddresses.matchAll(/image-set\(([^)]*)\)/gi))
    expect(set[1], text).not.toMatch(/[$(]/);
  if (prop.toLowerCase() === "position") expect(value, text).toMatch(/^(?:static|relative|absolute)$/i);
  if (prop.toLowerCase() === "cursor") expect(value, text).not.toContain("(");
  if (/^(?:-webkit-)?(?:animation|transition)/i.test(prop)) expect(important ?? false, text).toBe(false);
}

function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const sign of text.replace(/[^()[\]]/g, "")) {
    if (sign === "(" || sign === "[") open.push(sign);
    else if (open.pop() !== (sign === ")" ? "(" : "[")) return false;
  }
  return open.length === 0;
}

export interface FlatRule {
  readonly selectors: readonly string[];
  /** `@media (…)` and the like around it, from the outside in. */
  readonly within: readonly string[];
  readonly declarations: Readonly<Record<string, string>>;
}

/** All style rules of a sheet, keyframes left out. */
export function flatRules(css: string): FlatRule[] {
  const rules: FlatRule[] = [];
  postcss.parse(css).walkRules((rule) => {
    const within: string[] = [];
    for (let parent = rule.parent; parent?.type === "atrule"; parent = parent.parent) {
      if ("params" in parent && "name" in parent) within.unshift(`@${parent.name} ${parent.params}`.trim());
    }
    if (within.at(-1)?.includes("keyframes")) return;
    const declarations: Record<string, string> = {};
    rule.walkDecls((declaration) => {
      declarations[declaration.prop] =
        declaration.value.trim() + (declaration.important ? " !important" : "");
    });
    rules.push({ selectors: rule.selectors, within, declarations });
  });
  return rules;
}
