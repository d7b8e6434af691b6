import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkMessages } from "../../scripts/check-messages.mjs";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "messages-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function check(messages: { vi: object; en: object }, sources: Record<string, string> = {}): string[] {
  write("messages/vi.json", JSON.stringify(messages.vi));
  write("messages/en.json", JSON.stringify(messages.en));
  for (const [path, text] of Object.entries(sources)) write(path, text);
  return checkMessages(root);
}

/** The problems with `source` as a page, where both languages have these messages. */
function checkPage(messages: object, source: string): string[] {
  return check({ vi: messages, en: messages }, { "app/page.tsx": source });
}

const usesTitle = { "app/page.tsx": `const t = useTranslations("home");\nt("title");` };

describe("the two languages", () => {
  test("equal keys that are all used are no problem", () => {
    expect(check({ vi: { home: { title: "Chào" } }, en: { home: { title: "Hi" } } }, usesTitle)).toEqual([]);
  });

  test.each([
    ["en", { vi: { home: { title: "Chào" } }, en: {} }],
    ["vi", { vi: {}, en: { home: { title: "Hi" } } }],
  ])("a key that %s lacks is reported there", (language, messages) => {
    const other = language === "en" ? "vi" : "en";
    expect(check(messages, usesTitle)).toEqual([
      `messages/${language}.json: home.title: missing, but in messages/${other}.json`,
    ]);
  });

  test("a text in one language where the other has a group is reported", () => {
    const problems = check({ vi: { home: { title: { a: "x" } } }, en: { home: { title: "Hi" } } }, usesTitle);
    expect(problems).toContain("messages/vi.json: home.title: missing, but in messages/en.json");
    expect(problems).toContain("messages/en.json: home.title.a: missing, but in messages/vi.json");
  });

  test.each([
    ["a plain argument", "{name}", "name"],
    ["a formatted argument", "{n, number, percent}", "n"],
    ["an argument inside a plural case", "{n, plural, one {# of {total}} other {#}}", "n, total"],
    ["an argument inside a selection", "{kind, select, up {{change}} other {-}}", "kind, change"],
    ["a tag", "<b>x</b>", "<b>"],
    ["an argument inside a tag", "<b>{name}</b>", "<b>, name"],
    ["a tag that starts with a plural's number", "{n, plural, other {<b># x</b>}}", "n, <b>"],
  ])("%s that only one language has is reported in the other", (_, message, names) => {
    expect(check({ vi: { home: { title: message } }, en: { home: { title: "-" } } }, usesTitle)).toEqual([
      `messages/en.json: home.title: lacks ${names}, which messages/vi.json has`,
    ]);
  });

  test("the same arguments in another order and another form are no problem", () => {
    const vi = { home: { title: "{a} <b>{n, number}</b>" } };
    const en = { home: { title: "<b>{n, plural, one {#} other {#}}</b> {a}" } };
    expect(check({ vi, en }, usesTitle)).toEqual([]);
  });

  test.each([
    ["", "empty"],
    ["  ", "empty"],
    [3, "not a text"],
    [["a"], "not a text"],
    [null, "not a text"],
    ["{name", "not an ICU message: EXPECT_ARGUMENT_CLOSING_BRACE"],
  ])("the value %j is reported as %s", (value, problem) => {
    const problems = check({ vi: { home: { title: value } }, en: { home: { title: "Hi" } } }, usesTitle);
    expect(problems).toEqual([`messages/vi.json: home.title: ${problem}`]);
  });

  test("a file that is not JSON is reported", () => {
    write("messages/vi.json", "{");
    write("messages/en.json", "{}");
    expect(checkMessages(root)).toEqual([expect.stringContaining("messages/vi.json: cannot be read")]);
  });
});

describe("keys and code", () => {
  test("a key that no code uses is reported in both files", () => {
    expect(checkPage({ home: { title: "x" } }, "")).toEqual([
      "messages/vi.json: home.title: not used in app, components, lib",
      "messages/en.json: home.title: not used in app, components, lib",
    ]);
  });

  test("a key in use that no file has is reported with its place in the code", () => {
    const source = `const t = useTranslations("home");\nconst b = 1;\nt("titel");`;
    expect(checkPage({}, source)).toEqual(["app/page.tsx:3: home.titel: not in messages/"]);
  });

  test("a group of keys used as a text is reported", () => {
    const source = `const t = useTranslations("home"); t("title"); t("title.a")`;
    expect(checkPage({ home: { title: { a: "x" } } }, source)).toEqual([
      "app/page.tsx:1: home.title: not in messages/",
    ]);
  });

  test("a question whether a key exists may be answered with no", () => {
    expect(checkPage({}, `const t = useTranslations("home"); t.has("title")`)).toEqual([]);
  });

  test.each([
    ["useTranslations", `const t = useTranslations("a.b"); t("c")`],
    ["getTranslations", `async () => { const t = await getTranslations("a.b"); t("c") }`],
    [
      "getTranslations with a locale",
      `const t = await getTranslations({ locale, namespace: "a.b" }); t("c")`,
    ],
    ["createTranslator", `const t = createTranslator({ locale, messages, namespace: "a" }); t("b.c")`],
    ["no namespace", `const t = useTranslations(); t("a.b.c")`],
    ["a locale and no namespace", `const t = await getTranslations({ locale }); t("a.b.c")`],
    ["rich text", `const t = useTranslations("a"); <p>{t.rich("b.c", { b: (x) => <b>{x}</b> })}</p>`],
    ["markup", `const t = useTranslations("a"); t.markup("b.c", {})`],
    ["raw text", `const t = useTranslations("a"); t.raw("b.c")`],
    ["another variable", `const translate = useTranslations("a"); translate("b.c")`],
    ["one of two keys", `const t = useTranslations("a"); t(x ? "b.c" : ("b.c" as const))`],
    ["a template without expressions", "const t = useTranslations(`a`); t(`b.c`)"],
    ["Promise.all", `const [x, t] = await Promise.all([f(), getTranslations("a")]); t("b.c")`],
    ["Promise.all with a hole", `const [, t] = await Promise.all([f(), getTranslations("a")]); t("b.c")`],
    ["a call in place", `(await getTranslations("a"))("b.c")`],
    ["an inner function", `function P() { const t = useTranslations("a"); return xs.map((x) => t("b.c")); }`],
  ])("%s counts as use", (_, source) => {
    expect(checkPage({ a: { b: { c: "x" } } }, source)).toEqual([]);
  });

  test("translators of one name in two functions keep their namespaces", () => {
    const source = `
      function A() { const t = useTranslations("a"); t("one"); }
      function B() { const t = useTranslations("b"); { t("two"); } }
      t("three");`;
    expect(checkPage({ a: { one: "1" }, b: { two: "2" } }, source)).toEqual([]);
  });

  test.each([
    ["parameter", `(t) => t("x")`],
    ["destructured parameter", `({ t }) => t("x")`],
    ["parameter with a default", `function f(t = g) { t("x") }`],
    ["variable", `() => { const t = (x: string) => x; t("x"); }`],
  ])("a %s that hides the translator is none", (_, inner) => {
    expect(checkPage({ a: { b: "x" } }, `const t = useTranslations("a"); t("b"); ${inner}`)).toEqual([]);
  });

  test("text in comments and strings is no use", () => {
    const source = `const t = useTranslations("a"); // t("b")\nconst s = 't("b")';`;
    expect(checkPage({ a: { b: "x" } }, source)).toHaveLength(2);
  });

  test("sources are read in all three folders and below, other files are not", () => {
    const source = (key: string) => `const t = useTranslations("a"); t("${key}")`;
    const sources = {
      "app/[locale]/page.tsx": source("one"),
      "components/x/y.tsx": source("two"),
      "lib/feed.ts": source("three"),
      "tests/x.ts": source("four"),
      "lib/messages.d.ts": source("five"),
    };
    const messages = { a: { one: "1", two: "2", three: "3" } };
    expect(check({ vi: messages, en: messages }, sources)).toEqual([]);
  });
});

describe("keys that are built at run time", () => {
  const messages = { a: { state: { up: "x", down: "y" } } };

  test("are accepted where a comment declares them", () => {
    const source = "// messages: a.state.*\nconst t = useTranslations('a'); t('state.' + state)";
    expect(checkPage(messages, source)).toEqual([]);
  });

  test("are accepted with a comment in markup that lists single keys", () => {
    const source =
      "const t = useTranslations('a'); <p>{/* messages: a.state.up, a.state.down */ t('state.' + state)}</p>";
    expect(checkPage(messages, source)).toEqual([]);
  });

  test("are reported where nothing declares them", () => {
    const source = "const t = useTranslations('a'); t('state.' + state)";
    expect(checkPage(messages, source)).toContain(
      "app/page.tsx:1: a.…: built at run time, declare it: // messages: a.prefix.*",
    );
  });

  test("are reported where the declaration is for another namespace", () => {
    const source = "// messages: a.state.*\nconst t = useTranslations('b'); t(key)";
    expect(checkPage(messages, source)).toEqual([
      "app/page.tsx:2: b.…: built at run time, declare it: // messages: b.prefix.*",
    ]);
  });

  test("a declaration that matches no key is reported", () => {
    const source = "// messages: a.state.*, a.stat.*\nconst t = useTranslations('a'); t(key)";
    expect(checkPage(messages, source)).toEqual(["app/page.tsx:1: a.stat.*: declared, but not in messages/"]);
  });
});

describe("the command", () => {
  const script = resolve("scripts/check-messages.mjs");
  const run = () => spawnSync(process.execPath, [script], { cwd: root, encoding: "utf8" });

  test("succeeds with one line", () => {
    check({ vi: { home: { title: "x" } }, en: { home: { title: "x" } } }, usesTitle);
    expect(run()).toMatchObject({ status: 0, stderr: "" });
  });

  test("prints every problem and fails", () => {
    const problems = check({ vi: { a: "x" }, en: {} });
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toEqual(problems);
  });
});
