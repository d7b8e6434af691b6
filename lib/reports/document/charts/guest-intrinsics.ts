/**
 * Part of the guest page, see `guest-page.ts`. Built-ins as they are before the report's code runs:
 * what hands data to the host uses these only, so that a script which replaces `JSON.stringify` or
 * `Array.prototype` can spoil its own charts and nothing else.
 */
export const GUEST_INTRINSICS = `
  const { isArray } = Array;
  const { stringify, parse } = JSON;
  const { apply, construct, ownKeys } = Reflect;
  const { defineProperty, hasOwn } = Object;
  const PagePromise = Promise;
  // uncurry(Type.prototype.method)(object, argument) calls that very method.
  const uncurry = Function.prototype.bind.bind(Function.prototype.call);
  const slice = uncurry(String.prototype.slice);
  const includes = uncurry(String.prototype.includes);
  const then = uncurry(Promise.prototype.then);
  const mapGet = uncurry(Map.prototype.get);
  const weakSetHas = uncurry(WeakSet.prototype.has);
  const globalEval = globalThis.eval;

  // The text of whatever was thrown; looking at it may run code of the report, and throw again.
  function describe(error) {
    try {
      if (typeof error === "string") return error;
      if (error === null || typeof error !== "object") return "threw a " + (error === null ? "null" : typeof error);
      const { name, message, lineNumber } = error;
      const place = typeof lineNumber === "number" ? " (line " + lineNumber + ")" : "";
      return (typeof name === "string" ? name : "Error") + ": " + (typeof message === "string" ? message : "") + place;
    } catch {
      return "threw something that cannot be read";
    }
  }

  // QuickJS throws null when it has no memory left for an error.
  function report(error) {
    const text = error === null ? "InternalError: out of memory" : describe(error);
    if (includes(text, "Error: out of memory")) fail("memory-limit", "out of memory");
    else if (includes(text, "Error: stack overflow")) fail("stack-limit", "too deep a recursion");
    else fail("threw", slice(text, 0, 500));
  }

  function reportRejection(value) {
    if (value instanceof PagePromise) then(value, undefined, report);
  }

  // Runs a callback of the report; what it throws, now or as a promise, ends that callback only.
  function run(callback, self, args) {
    try {
      reportRejection(apply(callback, self, args));
    } catch (error) {
      report(error);
    }
  }
`;
