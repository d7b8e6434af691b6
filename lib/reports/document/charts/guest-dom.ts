/**
 * Part of the guest page, see `guest-page.ts`. The document: the report's elements without their text,
 * inside the `#report-container` that the site puts around them. What a script changes in it is
 * accepted and shown nowhere.
 */
export const GUEST_DOM = String.raw`
  const node = (tag, id, parent) => ({ index: null, tag, id, classes: [], attributes: {}, parent, children: [], wrapper: null });
  const rootNode = node("html", null, null);
  const bodyNode = node("body", null, rootNode);
  const containerNode = node("main", "report-container", bodyNode);
  const nodes = [rootNode, bodyNode, containerNode];
  for (let index = 0; index < config.elements.length; index += 1) {
    const each = config.elements[index];
    each.index = index;
    each.parent = each.parent === null ? containerNode : (nodes[each.parent + 3] ?? containerNode);
    each.children = [];
    each.wrapper = null;
    nodes.push(each);
  }
  const nodesById = new Map();
  for (const each of nodes) {
    each.parent?.children.push(each);
    if (each.id !== null && !nodesById.has(each.id)) nodesById.set(each.id, each);
  }

  // One object an element, always the same one.
  const creating = Symbol();

  function wrap(it) {
    if (!it) return null;
    it.wrapper ??= new HTMLElement(creating, it);
    return it.wrapper;
  }

  class NodeList extends Array {
    item(index) { return this[index] ?? null; }
  }
  const listOf = (found) => NodeList.from(found, wrap);

  function isInside(it, scope) {
    for (let ancestor = it.parent; ancestor !== null; ancestor = ancestor.parent) {
      if (ancestor === scope) return true;
    }
    return false;
  }

  // Nodes under a scope (null: anywhere) that match, in document order.
  function* matching(selector, scope) {
    const list = readSelector(selector);
    if (list === null) return;
    for (const each of nodes) {
      if (matchesList(each, list) && (scope === null || isInside(each, scope))) yield each;
    }
  }
  const firstMatching = (selector, scope) => {
    for (const found of matching(selector, scope)) return wrap(found);
    return null;
  };

  const camelCase = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

  // getComputedStyle: the page's own tokens stand for its colours, and are resolved where they are drawn.
  const COMPUTED = {
    color: "var(--text-primary)", backgroundColor: "var(--card-bg)", borderColor: "var(--border-color)",
    fill: "var(--text-primary)", stroke: "var(--text-primary)", fontSize: "16px", lineHeight: "24px",
    fontFamily: "sans-serif", display: "block", visibility: "visible", position: "static", opacity: "1",
    width: "640px", height: "320px",
  };
  const computedStyle = () => ({
    ...COMPUTED,
    getPropertyValue: (name) =>
      String(name).startsWith("--") ? "var(" + name + ")" : (COMPUTED[camelCase(String(name))] ?? ""),
  });

  class CSSStyleDeclaration {
    setProperty(name, value) { this[camelCase(name)] = String(value); this[name] = String(value); }
    getPropertyValue(name) { return this[name] ?? this[camelCase(name)] ?? ""; }
    removeProperty(name) { delete this[camelCase(name)]; delete this[name]; return ""; }
  }

  class DOMTokenList {
    #node;
    constructor(it) { this.#node = it; }
    get length() { return this.#node.classes.length; }
    get value() { return this.#node.classes.join(" "); }
    contains(name) { return this.#node.classes.includes(name); }
    item(index) { return this.#node.classes[index] ?? null; }
    add(...names) { this.#node.classes = [...new Set([...this.#node.classes, ...names.map(String)])]; }
    remove(...names) { this.#node.classes = this.#node.classes.filter((name) => !names.includes(name)); }
    toggle(name, force) {
      const wanted = force ?? !this.contains(name);
      if (wanted) this.add(name);
      else this.remove(name);
      return wanted;
    }
    replace(old, name) {
      if (!this.contains(old)) return false;
      this.remove(old);
      this.add(name);
      return true;
    }
    forEach(callback) { this.#node.classes.forEach((name, index) => callback(name, index, this)); }
    toString() { return this.value; }
    [Symbol.iterator]() { return this.#node.classes[Symbol.iterator](); }
  }

  class Node extends EventTarget {}
  class Element extends Node {}
  class HTMLElement extends Element {
    #node;
    #markup = "";
    #dataset = null;
    constructor(token, it) {
      super();
      if (token !== creating) throw new TypeError("Illegal constructor");
      this.#node = it;
      this.style = new CSSStyleDeclaration();
      this.classList = new DOMTokenList(it);
    }
    // The place of this object's element in the report, null for anything else.
    static indexOf(value) {
      return value !== null && typeof value === "object" && #node in value ? value.#node.index : null;
    }

    get dataset() {
      if (this.#dataset === null) {
        this.#dataset = {};
        for (const [name, value] of Object.entries(this.#node.attributes)) {
          if (name.startsWith("data-")) this.#dataset[camelCase(name.slice(5))] = value;
        }
      }
      return this.#dataset;
    }
    get nodeType() { return 1; }
    get tagName() { return this.#node.tag.toUpperCase(); }
    get nodeName() { return this.tagName; }
    get localName() { return this.#node.tag; }
    get ownerDocument() { return document; }
    get isConnected() { return this.#node === rootNode || this.#node.parent !== null; }
    get id() { return this.#node.id ?? ""; }
    set id(value) { this.#node.id = String(value); }
    get className() { return this.classList.value; }
    set className(value) { this.#node.classes = String(value).split(/\s+/).filter(Boolean); }
    getAttribute(name) { return attributeOf(this.#node, String(name).toLowerCase()); }
    hasAttribute(name) { return this.getAttribute(name) !== null; }
    getAttributeNames() { return Object.keys(this.#node.attributes); }
    setAttribute(name, value) {
      if (name === "id") this.id = value;
      else if (name === "class") this.className = value;
      else this.#node.attributes[String(name).toLowerCase()] = String(value);
    }
    removeAttribute(name) { delete this.#node.attributes[name]; }
    toggleAttribute() { return false; }

    get parentNode() { return wrap(this.#node.parent); }
    get parentElement() { return wrap(this.#node.parent); }
    get children() { return listOf(this.#node.children); }
    get childNodes() { return this.children; }
    get childElementCount() { return this.#node.children.length; }
    get firstElementChild() { return wrap(this.#node.children[0]); }
    get lastElementChild() { return wrap(this.#node.children.at(-1)); }
    get firstChild() { return this.firstElementChild; }
    get lastChild() { return this.lastElementChild; }
    get nextElementSibling() { return wrap(this.#node.parent?.children[placeOf(this.#node)]); }
    get previousElementSibling() { return wrap(this.#node.parent?.children[placeOf(this.#node) - 2]); }
    hasChildNodes() { return this.childElementCount > 0; }
    contains(other) {
      const it = other !== null && typeof other === "object" && #node in other ? other.#node : null;
      return it !== null && (it === this.#node || isInside(it, this.#node));
    }
    querySelector(selector) { return firstMatching(selector, this.#node); }
    querySelectorAll(selector) { return listOf(matching(selector, this.#node)); }
    getElementsByClassName(names) { return this.querySelectorAll(classSelector(names)); }
    getElementsByTagName(tag) { return this.querySelectorAll(tag); }
    matches(selector) {
      const list = readSelector(selector);
      return list !== null && matchesList(this.#node, list);
    }
    closest(selector) {
      const list = readSelector(selector) ?? [];
      for (let it = this.#node; it !== null; it = it.parent) if (matchesList(it, list)) return wrap(it);
      return null;
    }

    get textContent() { return this.#markup; }
    set textContent(value) { this.#markup = String(value); }
    get innerText() { return this.#markup; }
    set innerText(value) { this.#markup = String(value); }
    get innerHTML() { return this.#markup; }
    set innerHTML(value) { this.#markup = String(value); }
    appendChild(child) { return child; }
    insertBefore(child) { return child; }
    removeChild(child) { return child; }
    replaceChild(_, child) { return child; }
    insertAdjacentElement(_, child) { return child; }
    cloneNode() { return document.createElement(this.#node.tag); }
    getContext() { return null; }
    animate() { return { play() {}, pause() {}, cancel() {}, finish() {}, finished: PagePromise.resolve() }; }
    getBoundingClientRect() {
      return { x: 0, y: 0, left: 0, top: 0, right: 640, bottom: 320, width: 640, height: 320 };
    }
    getClientRects() { return [this.getBoundingClientRect()]; }
  }
  for (const name of [
    "append", "prepend", "before", "after", "remove", "replaceWith", "replaceChildren", "insertAdjacentHTML",
    "insertAdjacentText", "normalize", "focus", "blur", "click", "scroll", "scrollTo", "scrollIntoView",
  ]) HTMLElement.prototype[name] = () => undefined;
  for (const prefix of ["client", "offset", "scroll"]) {
    const size = { Width: 640, Height: 320, Left: 0, Top: 0 };
    for (const name of Object.keys(size)) {
      defineProperty(HTMLElement.prototype, prefix + name, { get: () => size[name], set() {}, configurable: true });
    }
  }

  const classSelector = (names) => String(names).trim().split(/\s+/).map((name) => "." + name).join("");
  const textNode = (text) => ({ nodeType: 3, textContent: String(text), data: String(text), remove() {} });

  class Document extends Node {
    get nodeType() { return 9; }
    get readyState() { return readyState; }
    get documentElement() { return wrap(rootNode); }
    get body() { return wrap(bodyNode); }
    get head() { return this.createElement("head"); }
    get defaultView() { return globalThis; }
    get location() { return globalThis.location; }
    get children() { return listOf([rootNode]); }
    getElementById(id) { return wrap(mapGet(nodesById, "" + id)); }
    querySelector(selector) { return firstMatching(selector, null); }
    querySelectorAll(selector) { return listOf(matching(selector, null)); }
    getElementsByClassName(names) { return this.querySelectorAll(classSelector(names)); }
    getElementsByTagName(tag) { return this.querySelectorAll(tag); }
    createElement(tag) { return new HTMLElement(creating, node(String(tag).toLowerCase(), null, null)); }
    createElementNS(_, tag) { return this.createElement(tag); }
    createDocumentFragment() { return this.createElement("#document-fragment"); }
    createTextNode(text) { return textNode(text); }
    createComment(text) { return textNode(text); }
    contains(other) { return other === this || this.documentElement.contains(other); }
    hasFocus() { return true; }
  }
  const document = Object.assign(new Document(), {
    title: "", cookie: "", referrer: "", hidden: false, visibilityState: "visible", currentScript: null,
    fonts: { ready: PagePromise.resolve(), load: () => PagePromise.resolve([]) },
  });
`;
