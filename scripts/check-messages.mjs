// @ts-check
// Checks the translations: both languages have the same keys with the same arguments, no text is
// empty, and the keys are exactly those that the code uses. A key that is built at run time is
// declared by a comment beside that code: `// messages: namespace.prefix.*`.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import compileMessage from "icu-minify/compile";
import { parseSync } from "oxc-parser";

const languages = ["vi", "en"];
const sourceFolders = ["app", "components", "lib"];

/** Functions of next-intl that return a translator for a namespace. */
const translatorFactories = new Set(["useTranslations", "getTranslations", "createTranslator"]);
/** What can be called on a translator, beside itself. */
const translatorMethods = new Set(["rich", "markup", "raw", "has"]);

/**
 * @typedef {{ type: string, start: number, end: number, [field: string]: unknown }} Node a syntax node
 * @typedef {{ name: string, namespace: string | undefined, scope: Node }} Binding `namespace` is undefined
 *   for a variable that holds no translator
 * @typedef {{ key: string, optional: boolean, position: number }} Use `optional`: asks whether the key exists
 * @typedef {{ namespace: string, position: number }} DynamicUse a key that is built at run time
 * @typedef {{ uses: Use[], dynamic: DynamicUse[], declared: { pattern: string, position: number }[] }} Uses
 */

/**
 * @param {string} root directory with `messages/` and the sources
 * @returns {string[]} the problems, one line each, with file and key
 */
export function checkMessages(root) {
  /** @type {string[]} */
  const problems = [];
  const catalogs = languages.map((language) => readCatalog(root, `messages/${language}.json`, problems));
  for (const [index, catalog] of catalogs.entries()) {
    const other = catalogs[1 - index];
    if (other) compareCatalogs(catalog, other, problems);
  }
  const keys = new Set(catalogs.flatMap((catalog) => [...catalog.messages.keys()]));
  const used = checkSources(root, keys, problems);
  for (const catalog of catalogs) {
    for (const key of catalog.messages.keys()) {
      if (!used.has(key)) problems.push(`${catalog.file}: ${key}: not used in ${sourceFolders.join(", ")}`);
    }
  }
  return problems;
}

/** @typedef {{ file: string, messages: Map<string, Set<string> | undefined> }} Catalog arguments by key */

/**
 * @param {string} root
 * @param {string} file
 * @param {string[]} problems
 * @returns {Catalog}
 */
function readCatalog(root, file, problems) {
  /** @type {Catalog["messages"]} */
  const messages = new Map();
  /** @param {unknown} value @param {string} key */
  const add = (value, key) => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [name, child] of Object.entries(value)) add(child, key ? `${key}.${name}` : name);
      return;
    }
    /** @param {string} problem */
    const report = (problem) => problems.push(`${file}: ${key}: ${problem}`);
    messages.set(key, undefined);
    if (typeof value !== "string") return report("not a text");
    if (value.trim() === "") return report("empty");
    try {
      messages.set(key, argumentNames(compileMessage(value)));
    } catch (error) {
      report(`not an ICU message: ${error instanceof Error ? error.message : error}`);
    }
  };
  try {
    add(JSON.parse(readFileSync(join(root, file), "utf8")), "");
  } catch (error) {
    problems.push(`${file}: cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  return { file, messages };
}

/**
 * @param {unknown} compiled what icu-minify makes of a message: text, or a list of nodes. A node is
 *   `[name]`, `[name, kind, options by case or format]` or, for a tag, `[name, ...children]`.
 * @returns {Set<string>} argument names, tags as `<name>`
 */
function argumentNames(compiled) {
  /** @type {Set<string>} */
  const names = new Set();
  for (const node of Array.isArray(compiled) ? compiled : []) {
    if (!Array.isArray(node)) continue;
    const [name, kind, options] = node;
    const isTag = node.length > 1 && (typeof kind !== "number" || kind === 0);
    names.add(isTag ? `<${name}>` : name);
    const children = isTag ? [node.slice(1)] : Object.values(Object(options));
    for (const child of children) for (const inner of argumentNames(child)) names.add(inner);
  }
  return names;
}

/**
 * Reports what `catalog` lacks, and where its arguments differ, on the side of `catalog`.
 *
 * @param {Catalog} catalog
 * @param {Catalog} other
 * @param {string[]} problems
 */
function compareCatalogs(catalog, other, problems) {
  for (const [key, expected] of other.messages) {
    if (!catalog.messages.has(key)) {
      problems.push(`${catalog.file}: ${key}: missing, but in ${other.file}`);
      continue;
    }
    const names = catalog.messages.get(key);
    const missing = [...(expected ?? [])].filter((name) => names && !names.has(name));
    if (missing.length > 0) {
      problems.push(`${catalog.file}: ${key}: lacks ${missing.join(", ")}, which ${other.file} has`);
    }
  }
}

/**
 * @param {string} root
 * @param {Set<string>} keys
 * @param {string[]} problems
 * @returns {Set<string>} the keys that are used
 */
function checkSources(root, keys, problems) {
  /** @type {Set<string>} */
  const used = new Set();
  for (const path of sourceFolders.flatMap((folder) => sourceFiles(join(root, folder)))) {
    const text = readFileSync(path, "utf8");
    const { uses, dynamic, declared } = findUses(path, text);
    /** @param {number} position @param {string} problem */
    const report = (position, problem) => {
      const line = text.slice(0, position).split("\n").length;
      problems.push(`${relative(root, path).replaceAll("\\", "/")}:${line}: ${problem}`);
    };
    for (const { key, optional, position } of uses) {
      if (keys.has(key)) used.add(key);
      else if (!optional) report(position, `${key}: not in messages/`);
    }
    for (const { pattern, position } of declared) {
      const matches = [...keys].filter((key) => matchesPattern(key, pattern));
      for (const key of matches) used.add(key);
      if (matches.length === 0) report(position, `${pattern}: declared, but not in messages/`);
    }
    for (const { namespace, position } of dynamic) {
      const prefix = namespace ? `${namespace}.` : "";
      if (declared.some(({ pattern }) => pattern.startsWith(prefix))) continue;
      report(position, `${prefix}…: built at run time, declare it: // messages: ${prefix}prefix.*`);
    }
  }
  return used;
}

/** @param {string} key @param {string} pattern a key, or a prefix that ends in `.*` */
function matchesPattern(key, pattern) {
  return pattern.endsWith(".*") ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}

/** @param {string} folder @returns {string[]} */
function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(ts|tsx|mts)$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

/** @param {string} path @param {string} text @returns {Uses} */
function findUses(path, text) {
  if (!/Translations|createTranslator|messages:/.test(text)) return { uses: [], dynamic: [], declared: [] };
  const { program, comments } = parseSync(path, text);
  const declared = comments.flatMap((comment) => {
    const patterns = /^\s*messages:(.*)$/m.exec(comment.value)?.[1]?.match(/[^\s,]+/g) ?? [];
    return patterns.map((pattern) => ({ pattern, position: comment.start }));
  });
  const { bindings, calls } = collect(nodes(program)[0]);

  /** @type {Use[]} */
  const uses = [];
  /** @type {DynamicUse[]} */
  const dynamic = [];
  for (const call of calls) {
    const { translator, method } = calledTranslator(call);
    const namespace = namespaceOf(translator) ?? boundNamespace(translator, bindings);
    if (namespace === undefined) continue;
    const position = call.start;
    const keys = literalTexts(nodes(call.arguments)[0]);
    if (!keys) dynamic.push({ namespace, position });
    for (const key of keys ?? []) {
      uses.push({ key: namespace ? `${namespace}.${key}` : key, optional: method === "has", position });
    }
  }
  return { uses, dynamic, declared };
}

/**
 * @param {Node | undefined} program
 * @returns {{ bindings: Binding[], calls: Node[] }} every variable and parameter, and every call
 */
function collect(program) {
  /** @type {Binding[]} */
  const bindings = [];
  /** @type {Node[]} */
  const calls = [];
  /** @param {Node} node @param {Node} scope the innermost block or function around it */
  const visit = (node, scope) => {
    const isFunction = /^(Arrow)?Function/.test(node.type);
    const inner = isFunction || /^(BlockStatement|For\w*Statement)$/.test(node.type) ? node : scope;
    const parameters = isFunction ? nodes(node.params).flatMap(names) : [];
    bindings.push(...parameters.map((name) => ({ name, namespace: undefined, scope: inner })));
    if (node.type === "VariableDeclarator") bindings.push(...declaredBindings(node, scope));
    if (node.type === "CallExpression") calls.push(node);
    for (const value of Object.values(node)) for (const child of nodes(value)) visit(child, inner);
  };
  if (program) visit(program, program);
  return { bindings, calls };
}

/** @param {Node} declarator @param {Node} scope @returns {Binding[]} */
function declaredBindings(declarator, scope) {
  const [target] = nodes(declarator.id);
  const value = unwrap(declarator.init);
  if (target?.type === "ArrayPattern" && isPromiseAll(value)) {
    const values = nodes(nodes(value?.arguments)[0]?.elements);
    return nodes(target.elements).flatMap((element, index) =>
      names(element).map((name) => ({ name, namespace: namespaceOf(values[index]), scope })),
    );
  }
  return names(target).map((name) => ({ name, namespace: namespaceOf(value), scope }));
}

/** @param {Node | undefined} pattern @returns {string[]} the variables that it declares */
function names(pattern) {
  if (!pattern) return [];
  if (pattern.type === "Identifier") return [String(pattern.name)];
  const parts = [pattern.properties, pattern.elements, pattern.value, pattern.left, pattern.argument];
  return parts.flatMap(nodes).flatMap(names);
}

/**
 * @param {unknown} expression
 * @returns {string | undefined} of the translator that it creates; "" is the root
 */
function namespaceOf(expression) {
  const call = unwrap(expression);
  const [callee] = nodes(call?.callee);
  if (call?.type !== "CallExpression" || !translatorFactories.has(String(callee?.name))) return undefined;
  const [argument] = nodes(call.arguments);
  if (argument?.type !== "ObjectExpression") return argument ? literalTexts(argument)?.[0] : "";
  const property = nodes(argument.properties).find(({ key }) => nodes(key)[0]?.name === "namespace");
  return property ? literalTexts(nodes(property.value)[0])?.[0] : "";
}

/** @param {Node | undefined} variable @param {readonly Binding[]} bindings @returns {string | undefined} */
function boundNamespace(variable, bindings) {
  if (variable?.type !== "Identifier") return undefined;
  const visible = bindings.filter(
    ({ name, scope }) => name === variable.name && scope.start <= variable.start && variable.end <= scope.end,
  );
  visible.sort((a, b) => a.scope.end - a.scope.start - (b.scope.end - b.scope.start));
  return visible[0]?.namespace;
}

/** @param {Node} call @returns {{ translator: Node | undefined, method?: string }} if it calls one */
function calledTranslator(call) {
  const callee = unwrap(call.callee);
  const method = String(nodes(callee?.property)[0]?.name);
  if (callee?.type !== "MemberExpression" || !translatorMethods.has(method)) return { translator: callee };
  return { translator: unwrap(callee.object), method };
}

/** @param {Node | undefined} expression @returns {string[] | undefined} what it can be; undefined if not known */
function literalTexts(expression) {
  const node = unwrap(expression);
  if (node?.type === "Literal" && typeof node.value === "string") return [node.value];
  if (node?.type === "TemplateLiteral" && nodes(node.expressions).length === 0) {
    return [String(Object(nodes(node.quasis)[0]?.value).cooked)];
  }
  if (node?.type !== "ConditionalExpression") return undefined;
  const [yes, no] = [node.consequent, node.alternate].map((branch) => literalTexts(nodes(branch)[0]));
  return yes && no ? [...yes, ...no] : undefined;
}

/** @param {Node | undefined} call */
function isPromiseAll(call) {
  const [callee] = nodes(call?.callee);
  return nodes(callee?.object)[0]?.name === "Promise" && nodes(callee?.property)[0]?.name === "all";
}

/** @param {unknown} expression @returns {Node | undefined} without `await`, parentheses and type assertions */
function unwrap(expression) {
  const [node] = nodes(expression);
  if (node?.type === "AwaitExpression") return unwrap(node.argument);
  const isWrapper = /^(Parenthesized|TSAs|TSSatisfies|TSNonNull)Expression$/.test(node?.type ?? "");
  return isWrapper ? unwrap(node?.expression) : node;
}

/**
 * The syntax nodes in a field of another, which may hold one, a list, or none. A hole in a list, as in
 * `[, t]`, keeps its place.
 *
 * @param {unknown} field
 * @returns {Node[]}
 */
function nodes(field) {
  if (!Array.isArray(field)) return isNode(field) ? [field] : [];
  return field.map((item) => (isNode(item) ? item : { type: "Hole", start: 0, end: 0 }));
}

/** @param {unknown} value @returns {value is Node} */
function isNode(value) {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const problems = checkMessages(process.cwd());
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log("The messages of both languages match each other and the code.");
}
