/**
 * Part of the guest page, see `guest-page.ts`. Selectors over nodes `{tag, id, classes, attributes,
 * parent, children}`: type, `#id`, `.class`, `[attribute…]`, `:not()`, `:is()`, `:first-child`,
 * `:last-child`, `:nth-child(n)`, all four combinators and lists. Any other selector matches nothing.
 */
export const GUEST_SELECTORS = String.raw`
  const NAME = "(?:\\\\.|[\\w-]|[^\\x00-\\x7f])+";
  const TOKENS = {
    type: new RegExp(NAME + "|\\*", "y"),
    id: new RegExp("#(" + NAME + ")", "y"),
    class: new RegExp("\\.(" + NAME + ")", "y"),
    attribute: new RegExp(
      "\\[\\s*(" + NAME + ")\\s*(?:([~|^$*]?=)\\s*(?:\"([^\"]*)\"|'([^']*)'|(" + NAME + "))\\s*[is]?\\s*)?\\]", "y"),
    pseudo: new RegExp(":(" + NAME + ")(?:(\\()\\s*)?", "y"),
    combinator: /\s*([>+~])\s*|\s+/y,
    comma: /\s*,\s*/y,
    end: /\s*\)/y,
    nth: /\s*(odd|even|\d+)\s*\)/y,
  };
  const unescaped = (name) => name.replace(/\\(.)/g, "$1");

  const ATTRIBUTE_TESTS = {
    "=": (value, wanted) => value === wanted,
    "~=": (value, wanted) => value.split(/\s+/).includes(wanted),
    "|=": (value, wanted) => value === wanted || value.startsWith(wanted + "-"),
    "^=": (value, wanted) => wanted !== "" && value.startsWith(wanted),
    "$=": (value, wanted) => wanted !== "" && value.endsWith(wanted),
    "*=": (value, wanted) => wanted !== "" && value.includes(wanted),
  };

  function attributeOf(node, name) {
    if (name === "id") return node.id;
    if (name === "class") return node.classes.length > 0 ? node.classes.join(" ") : null;
    return hasOwn(node.attributes, name) ? node.attributes[name] : null;
  }

  // Place among the siblings, from 1.
  const placeOf = (node) => (node.parent?.children.indexOf(node) ?? 0) + 1;

  class SelectorReader {
    #source;
    #at = 0;
    constructor(source) {
      this.#source = source;
    }
    #take(token) {
      token.lastIndex = this.#at;
      const found = token.exec(this.#source);
      if (found !== null) this.#at = token.lastIndex;
      return found;
    }
    readAll() {
      const list = this.#readList();
      if (this.#at < this.#source.length) throw new SyntaxError("selector");
      return list;
    }
    #readList() {
      const list = [this.#readComplex()];
      while (this.#take(TOKENS.comma)) list.push(this.#readComplex());
      return list;
    }
    // Compounds from left to right, each with the combinator before it.
    #readComplex() {
      const parts = [{ combinator: null, tests: this.#readCompound() }];
      for (let found = this.#readCombinator(); found !== null; found = this.#readCombinator()) {
        parts.push({ combinator: found[1] ?? " ", tests: this.#readCompound() });
      }
      return parts;
    }
    #readCombinator() {
      const start = this.#at;
      if (this.#take(TOKENS.end)) {
        this.#at = start;
        return null;
      }
      return this.#take(TOKENS.combinator);
    }
    #readCompound() {
      const tests = [];
      const type = this.#take(TOKENS.type);
      if (type !== null) {
        const tag = unescaped(type[0]).toLowerCase();
        tests.push((node) => tag === "*" || node.tag === tag);
      }
      for (let test = this.#readTest(); test !== null; test = this.#readTest()) tests.push(test);
      if (tests.length === 0) throw new SyntaxError("selector");
      return tests;
    }
    #readTest() {
      const id = this.#take(TOKENS.id);
      if (id) {
        const wanted = unescaped(id[1]);
        return (node) => node.id === wanted;
      }
      const className = this.#take(TOKENS.class);
      if (className) {
        const wanted = unescaped(className[1]);
        return (node) => node.classes.includes(wanted);
      }
      const attribute = this.#take(TOKENS.attribute);
      if (attribute) {
        const name = unescaped(attribute[1]).toLowerCase();
        const test = ATTRIBUTE_TESTS[attribute[2]] ?? (() => true);
        const wanted = attribute[3] ?? attribute[4] ?? unescaped(attribute[5] ?? "");
        return (node) => {
          const value = attributeOf(node, name);
          return value !== null && test(value, wanted);
        };
      }
      const pseudo = this.#take(TOKENS.pseudo);
      return pseudo ? this.#readPseudo(pseudo[1], pseudo[2] !== undefined) : null;
    }
    #readPseudo(name, hasArgument) {
      if (!hasArgument && name === "first-child") return (node) => placeOf(node) === 1;
      if (!hasArgument && name === "last-child") return (node) => placeOf(node) === node.parent?.children.length;
      if (hasArgument && name === "nth-child") {
        const found = this.#take(TOKENS.nth);
        if (found === null) throw new SyntaxError("selector");
        const wanted = found[1];
        if (wanted === "odd" || wanted === "even") return (node) => placeOf(node) % 2 === (wanted === "odd" ? 1 : 0);
        return (node) => placeOf(node) === Number(wanted);
      }
      if (hasArgument && (name === "not" || name === "is" || name === "where")) {
        const list = this.#readList();
        if (!this.#take(TOKENS.end)) throw new SyntaxError("selector");
        return (node) => matchesList(node, list) === (name !== "not");
      }
      throw new SyntaxError("selector");
    }
  }

  function matchesList(node, list) {
    return list.some((parts) => matchesParts(node, parts, parts.length - 1));
  }

  function matchesParts(node, parts, last) {
    if (!parts[last].tests.every((test) => test(node))) return false;
    if (last === 0) return true;
    const rest = (candidate) => matchesParts(candidate, parts, last - 1);
    switch (parts[last].combinator) {
      case ">":
        return node.parent !== null && rest(node.parent);
      case "+":
        return placeOf(node) > 1 && rest(node.parent.children[placeOf(node) - 2]);
      case "~":
        return node.parent !== null && node.parent.children.slice(0, placeOf(node) - 1).some(rest);
      default:
        for (let ancestor = node.parent; ancestor !== null; ancestor = ancestor.parent) {
          if (rest(ancestor)) return true;
        }
        return false;
    }
  }

  // Null for a selector that cannot be read; a browser throws, which would cost all that follows.
  function readSelector(source) {
    try {
      return new SelectorReader(String(source).trim()).readAll();
    } catch {
      return null;
    }
  }
`;
