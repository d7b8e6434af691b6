import postcss, { type AtRule, type ChildNode, type Container, type Root, type Rule } from "postcss";
import parse from "postcss-safe-parser";
import { findColorRoles, findKeyframes } from "./collect";
import { cleanDeclarations, type Declaration } from "./declaration";
import { Legibility } from "./legibility";
import { keyframesName, layerNames, renameAnimations } from "./names";
import { flattenNested } from "./nesting";
import { repairStylesheet } from "./repair";
import { type ScopedSelector, scopeSelector } from "./scope";
import { type ComplexSelector, parseSelectorList } from "./selector";
import { type MediaQuery, splitMediaQueries } from "./theme-query";
import { THEMES, type Theme } from "./theme-surfaces";
import { cleanQuery } from "./value";

/** A longer sheet, in characters, is not used at all. */
const MAX_LENGTH = 1_000_000;

/** How much longer than the sheet the result may get, by nesting, lists and themes; then it ends. */
const MAX_GROWTH = 4;

/** Where rules go, and what is known about the place. */
interface Context {
  readonly target: Container;
  /** The enclosing style rule's selectors, flat and then scoped, or null at the top level. */
  readonly rule: {
    readonly flat: readonly ComplexSelector[];
    readonly scoped: readonly ScopedSelector[];
  } | null;
  /** The only theme that rules here apply in, and how that is seen to. Null: in both. */
  readonly only: { readonly theme: Theme; readonly anchor: string } | null;
  /** The site's themes do not reach paper. */
  readonly isPrint: boolean;
}

/**
 * Untrusted style sheet in, style sheet out whose rules match only inside `#report-container`, cause no
 * request, follow the site's theme and are legible in it. The result is built anew from parts that are
 * understood, so that what is unknown, broken or forbidden is not in it. Never throws.
 */
export function scopeStylesheet(css: string): string {
  if (css.length > MAX_LENGTH) return "";
  try {
    const source = parse(repairStylesheet(css));
    return source.type === "root" ? new StylesheetBuilder(source, css.length).build() : "";
  } catch {
    // No input is known to get here. A report without its accents is still a report.
    return "";
  }
}

class StylesheetBuilder {
  readonly #source: Root;
  readonly #keyframes: ReadonlySet<string>;
  readonly #legibility: Legibility;
  #charactersLeft: number;

  constructor(source: Root, length: number) {
    this.#source = source;
    this.#keyframes = findKeyframes(source);
    this.#legibility = new Legibility(findColorRoles(source));
    this.#charactersLeft = length * MAX_GROWTH + 200_000;
  }

  build(): string {
    const target = postcss.root({ raws: { indent: " " } });
    this.#addNodes(this.#source.nodes, { target, rule: null, only: null, isPrint: false });
    return target.nodes.length === 0 ? "" : target.toString();
  }

  #addNodes(nodes: readonly ChildNode[], context: Context): void {
    if (this.#charactersLeft < 0) return;
    let declarations: ChildNode[] = [];
    const addDeclarations = () => {
      if (context.rule !== null) this.#addRule(context.rule.scoped, declarations, context);
      declarations = [];
    };
    for (const node of nodes) {
      if (node.type === "decl") declarations.push(node);
      else {
        addDeclarations();
        if (node.type === "rule") this.#addNested(node, context);
        else if (node.type === "atrule") this.#addAtRule(node, context);
      }
    }
    addDeclarations();
  }

  #addNested(rule: Rule, context: Context): void {
    const flat = flattenNested(parseSelectorList(rule.selector), context.rule?.flat ?? null);
    if (flat.length === 0) return;
    this.#addNodes(rule.nodes, { ...context, rule: { flat, scoped: flat.flatMap(scopeSelector) } });
  }

  #addRule(selectors: readonly ScopedSelector[], nodes: readonly ChildNode[], context: Context): void {
    const declarations = cleanDeclarations(nodes).map((one) => renameAnimations(one, this.#keyframes));
    if (declarations.length === 0) return;
    const size = declarations.reduce((sum, { property, value }) => sum + property.length + value.length, 0);
    const { target, only, isPrint } = context;
    const add = (to: Container, anchor: string, theme: Theme | null, themes: readonly Theme[]) => {
      const list = selectors
        .filter((scoped) => scoped.theme === theme || (only !== null && scoped.theme === null))
        .map((scoped) => anchor + scoped.selector);
      const selector = [...new Set(list)].join(", ");
      this.#charactersLeft -= list.reduce((sum, one) => sum + one.length, size);
      if (selector === "" || this.#charactersLeft < 0) return;
      const rule = postcss.rule({ selector });
      appendDeclarations(rule, this.#legibility.correct(declarations, isPrint ? [] : themes));
      appendFilled(to, rule);
    };
    if (only !== null) {
      add(target, only.anchor, only.theme, [only.theme]);
      return;
    }
    add(target, "", null, THEMES);
    for (const theme of THEMES) {
      if (!selectors.some((scoped) => scoped.theme === theme)) continue;
      add(target, byAttribute(theme), theme, [theme]);
      const media = postcss.atRule({ name: "media", params: `(prefers-color-scheme: ${theme})`, nodes: [] });
      add(media, WITHOUT_ATTRIBUTE, theme, [theme]);
      appendFilled(target, media);
    }
  }

  #addAtRule(rule: AtRule, context: Context): void {
    const name = rule.name.toLowerCase();
    switch (name) {
      case "media":
        this.#addMedia(rule, context);
        break;
      case "supports":
      case "container":
        this.#addGroup(rule, name, cleanQuery(rule.params) || null, context);
        break;
      case "starting-style":
        this.#addGroup(rule, name, rule.params.trim() === "" ? "" : null, context);
        break;
      case "layer":
        this.#addLayer(rule, context);
        break;
      case "keyframes":
      case "-webkit-keyframes":
        this.#addKeyframes(rule, name, context);
        break;
    }
  }

  #addGroup(rule: AtRule, name: string, params: string | null, context: Context): void {
    if (params === null || rule.nodes === undefined) return;
    const target = postcss.atRule({ name, params, nodes: [] });
    this.#addNodes(rule.nodes, { ...context, target });
    appendFilled(context.target, target);
  }

  /** What asks for the system's theme follows the site's, which is the system's until a reader chooses. */
  #addMedia(rule: AtRule, context: Context): void {
    const queries = splitMediaQueries(cleanQuery(rule.params) ?? "");
    const unthemed = queries.filter(({ theme }) => theme === null);
    if (context.only !== null) {
      // Inside of the same theme the condition is met already, inside of the other one it never is.
      const { theme } = context.only;
      this.#addConditional(
        rule,
        [...unthemed, ...queries.filter((one) => one.theme === theme)],
        "rest",
        context,
      );
      return;
    }
    this.#addConditional(rule, unthemed, "query", context);
    for (const theme of THEMES) {
      const themed = queries.filter((one) => one.theme === theme);
      this.#addConditional(rule, themed, "rest", { ...context, only: { theme, anchor: byAttribute(theme) } });
      this.#addConditional(rule, themed, "query", { ...context, only: { theme, anchor: WITHOUT_ATTRIBUTE } });
    }
  }

  #addConditional(
    rule: AtRule,
    queries: readonly MediaQuery[],
    part: "query" | "rest",
    context: Context,
  ): void {
    if (queries.length === 0 || rule.nodes === undefined) return;
    const conditions = queries.map((one) => one[part]);
    if (conditions.includes("")) {
      this.#addNodes(rule.nodes, context);
      return;
    }
    const isPrint = context.isPrint || conditions.every((condition) => /^print\b/i.test(condition));
    this.#addGroup(rule, "media", conditions.join(", "), { ...context, isPrint });
  }

  #addLayer(rule: AtRule, context: Context): void {
    const params = layerNames(rule.params);
    if (params === null) return;
    if (rule.nodes !== undefined) this.#addGroup(rule, "layer", params, context);
    else if (params !== "") context.target.append(postcss.atRule({ name: "layer", params }));
  }

  #addKeyframes(rule: AtRule, name: string, { target }: Context): void {
    const params = keyframesName(rule.params);
    if (params === null || rule.nodes === undefined) return;
    const keyframes = postcss.atRule({ name, params, nodes: [] });
    for (const frame of rule.nodes) {
      if (frame.type !== "rule" || !KEYFRAME_SELECTOR.test(frame.selector)) continue;
      const step = postcss.rule({ selector: frame.selector.replace(/\s+/g, " ").trim() });
      const declarations = cleanDeclarations(frame.nodes);
      appendDeclarations(
        step,
        declarations.map((one) => ({ ...one, important: false })),
      );
      appendFilled(keyframes, step);
    }
    appendFilled(target, keyframes);
  }
}

const WITHOUT_ATTRIBUTE = ":root:not([data-theme]) ";
const KEYFRAME_SELECTOR = /^\s*(?:from|to|\d+(?:\.\d+)?%)(?:\s*,\s*(?:from|to|\d+(?:\.\d+)?%))*\s*$/i;

function byAttribute(theme: Theme): string {
  return `:root[data-theme="${theme}"] `;
}

function appendDeclarations(rule: Rule, declarations: readonly Declaration[]): void {
  for (const { property, value, important } of declarations) {
    rule.append(postcss.decl({ prop: property, value, important }));
  }
}

function appendFilled(target: Container, child: AtRule | Rule): void {
  if (child.nodes !== undefined && child.nodes.length > 0) target.append(child);
}
