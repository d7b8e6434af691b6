/** Part of the guest page, see `guest-page.ts`. Events, and the life of the page from loading to complete. */
export const GUEST_EVENTS = `
  class Event {
    constructor(type, options) {
      this.type = String(type);
      this.detail = options?.detail ?? null;
      this.target = this.currentTarget = null;
      this.defaultPrevented = false;
    }
    preventDefault() { this.defaultPrevented = true; }
    stopPropagation() {}
    stopImmediatePropagation() {}
  }
  class CustomEvent extends Event {}

  class EventTarget {
    #listeners = new Map();
    addEventListener(type, listener, options) {
      if (typeof listener !== "function" && typeof listener?.handleEvent !== "function") return;
      const known = this.#listeners.get(type) ?? new Map();
      this.#listeners.set(type, known);
      if (!known.has(listener)) known.set(listener, { once: options?.once === true });
    }
    removeEventListener(type, listener) {
      this.#listeners.get(type)?.delete(listener);
    }
    dispatchEvent(event) {
      event.target = event.currentTarget = this;
      const listeners = this.#listeners.get(event.type) ?? new Map();
      for (const [listener, { once }] of [...listeners]) {
        if (once) listeners.delete(listener);
        if (typeof listener === "function") run(listener, this, [event]);
        else run(listener.handleEvent, listener, [event]);
      }
      const handler = this["on" + event.type];
      if (typeof handler === "function") run(handler, this, [event]);
      return !event.defaultPrevented;
    }
  }

  // The global object is no EventTarget of ours, so it borrows one.
  const windowEvents = new EventTarget();

  function fireOnWindow(type) {
    windowEvents.dispatchEvent(new Event(type));
    const handler = globalThis["on" + type];
    if (typeof handler === "function") run(handler, globalThis, [new Event(type)]);
  }

  let readyState = "loading";

  function becomeReady() {
    readyState = "interactive";
    document.dispatchEvent(new Event("readystatechange"));
    document.dispatchEvent(new Event("DOMContentLoaded"));
    fireOnWindow("DOMContentLoaded");
  }

  function becomeComplete() {
    readyState = "complete";
    document.dispatchEvent(new Event("readystatechange"));
    document.dispatchEvent(new Event("load"));
    fireOnWindow("load");
    fireOnWindow("pageshow");
  }
`;
