/**
 * Part of the guest page, see `guest-page.ts`. The entry function, which the page calls unless the
 * report's code has called it already. A declared function is hoisted, so the first line of the script
 * (`SCRIPT_PREFIX`) can put a wrapper in its place before any of the report's code runs; a name that is
 * assigned later meets a setter. Neither can see a `const`: there, any drawing call counts as its call.
 */
export const GUEST_ENTRY = `
  const entryNames = config.entryNames;
  const watchedEntries = new WeakSet();
  let entered = false;

  function watchEntry(callback) {
    if (typeof callback !== "function") return undefined;
    const watched = function () {
      entered = true;
      return apply(callback, this, arguments);
    };
    watchedEntries.add(watched);
    return watched;
  }

  for (const name of entryNames) {
    let entry;
    defineProperty(globalThis, name, {
      get: () => entry,
      set: (value) => { entry = typeof value === "function" && !weakSetHas(watchedEntries, value) ? watchEntry(value) : value; },
      enumerable: true,
      configurable: true,
    });
  }

  let started = false;
  defineProperty(globalThis, watchName, {
    value: (callback) => {
      started = true;
      return watchEntry(callback);
    },
    configurable: true,
  });

  // The name may be unbound, or bound to a const that an error left without a value.
  function entryNamed(name) {
    try {
      const entry = globalEval("typeof " + name + ' === "function" ? ' + name + " : null");
      return typeof entry === "function" ? entry : null;
    } catch {
      return null;
    }
  }

  function enter() {
    for (let i = 0; i < entryNames.length; i += 1) {
      const entry = entryNamed(entryNames[i]);
      if (entry !== null) {
        if (!entered && (weakSetHas(watchedEntries, entry) || drawingCalls === 0)) run(entry, globalThis, []);
        return;
      }
    }
  }
`;
