/**
 * Part of the guest page, see `guest-page.ts`. The names that a page's script finds on `window`. What is
 * not here does not exist, as in a browser that lacks it: no `fetch`, no sockets, no workers.
 */
export const GUEST_WINDOW = String.raw`
  function storage() {
    const items = new Map();
    return {
      get length() { return items.size; },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (key) => items.get(String(key)) ?? null,
      setItem: (key, value) => { items.set(String(key), String(value)); },
      removeItem: (key) => { items.delete(String(key)); },
      clear: () => { items.clear(); },
    };
  }

  // Everything is in view and has its size; an observer hears of each element once.
  function observer(entryFor) {
    return class {
      #callback;
      constructor(callback) { this.#callback = callback; }
      observe(target) {
        if (entryFor !== null) {
          addTimer(() => { run(this.#callback, this, [[entryFor(target)], this]); }, 0, false, []);
        }
      }
      unobserve() {}
      disconnect() {}
      takeRecords() { return []; }
    };
  }
  const contentRect = { x: 0, y: 0, left: 0, top: 0, right: 640, bottom: 320, width: 640, height: 320 };

  const ignore = () => undefined;
  const console = {};
  for (const name of [
    "log", "info", "warn", "error", "debug", "trace", "table", "dir", "assert", "count", "group",
    "groupCollapsed", "groupEnd", "time", "timeLog", "timeEnd", "clear",
  ]) console[name] = ignore;

  const location = {
    href: "https://report.invalid/", origin: "https://report.invalid", protocol: "https:",
    host: "report.invalid", hostname: "report.invalid", port: "", pathname: "/", search: "", hash: "",
    assign: ignore, replace: ignore, reload: ignore, toString: () => "https://report.invalid/",
  };

  const mediaQuery = (query) => ({
    matches: false, media: String(query), onchange: null, addListener: ignore, removeListener: ignore,
    addEventListener: ignore, removeEventListener: ignore, dispatchEvent: () => true,
  });

  const windowNames = {
    ...timerFunctions,
    window: globalThis, self: globalThis, top: globalThis, parent: globalThis, frames: globalThis,
    document, location, performance, console, Date: PageDate,
    Event, CustomEvent, EventTarget, Node, Element, HTMLElement, HTMLDivElement: HTMLElement, Document, NodeList,
    addEventListener: (...args) => windowEvents.addEventListener(...args),
    removeEventListener: (...args) => windowEvents.removeEventListener(...args),
    dispatchEvent: (event) => windowEvents.dispatchEvent(event),
    getComputedStyle: computedStyle,
    matchMedia: mediaQuery,
    innerWidth: 1280, innerHeight: 800, outerWidth: 1280, outerHeight: 800, devicePixelRatio: 1,
    scrollX: 0, scrollY: 0, pageXOffset: 0, pageYOffset: 0, isSecureContext: true,
    screen: { width: 1280, height: 800, availWidth: 1280, availHeight: 800, orientation: { type: "landscape-primary" } },
    navigator: {
      language: config.locale, languages: [config.locale], userAgent: "Mozilla/5.0", platform: "", onLine: true,
      cookieEnabled: false, maxTouchPoints: 0, hardwareConcurrency: 1,
    },
    history: { length: 1, state: null, pushState: ignore, replaceState: ignore, back: ignore, forward: ignore },
    localStorage: storage(), sessionStorage: storage(),
    IntersectionObserver: observer((target) => (
      { target, isIntersecting: true, intersectionRatio: 1, boundingClientRect: contentRect, time: elapsedMs })),
    ResizeObserver: observer((target) => ({ target, contentRect })),
    MutationObserver: observer(null),
    CSS: { escape: (text) => String(text).replace(/[^\w-]/g, "\\$&"), supports: () => false },
    scroll: ignore, scrollTo: ignore, scrollBy: ignore, alert: ignore, confirm: () => false, prompt: () => null,
    focus: ignore, blur: ignore, print: ignore, getSelection: () => null,
  };
  for (const name of ownKeys(windowNames)) {
    defineProperty(globalThis, name, { value: windowNames[name], writable: true, configurable: true });
  }
`;
