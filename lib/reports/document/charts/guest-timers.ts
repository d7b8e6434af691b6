/**
 * Part of the guest page, see `guest-page.ts`. Timers, frames and clocks on virtual time: nothing
 * waits, the clock jumps to the next timer that is due, so the same script gives the same charts
 * however fast the machine is.
 */
export const GUEST_TIMERS = `
  const FRAME_MS = 1000 / 60;
  let elapsedMs = 0;
  let horizonMs = 0;
  let lastTimerId = 0;
  // In the order in which they are due, of equals the one that was set first in front.
  const timers = [];

  // Time passes a little whenever somebody looks, so that a loop which waits for it ends.
  function now() {
    elapsedMs += 0.01;
    return elapsedMs;
  }

  function schedule(timer) {
    let at = timers.length;
    while (at > 0 && timers[at - 1].due > timer.due) at -= 1;
    timers.splice(at, 0, timer);
  }

  function addTimer(callback, delay, repeats, args) {
    lastTimerId += 1;
    if (typeof callback === "function" && timers.length < config.pendingTimers) {
      const wait = Number(delay) > 0 ? Number(delay) : 0;
      const every = repeats ? Math.max(wait, 1) : null;
      schedule({ id: lastTimerId, due: elapsedMs + wait, every, callback, args });
    }
    return lastTimerId;
  }

  function clearTimer(id) {
    const at = timers.findIndex((timer) => timer.id === id);
    if (at >= 0) timers.splice(at, 1);
  }

  // Later callbacks may be no further than this away from now.
  function beginPhase() {
    horizonMs = elapsedMs + config.virtualMs;
  }

  // False when nothing is left to wait for.
  function runNextTimer() {
    if (timers.length === 0 || timers[0].due > horizonMs) return false;
    const timer = timers.shift();
    elapsedMs = Math.max(elapsedMs, timer.due);
    if (timer.every !== null) schedule({ ...timer, due: timer.due + timer.every });
    run(timer.callback, globalThis, timer.args ?? [elapsedMs]);
    return true;
  }

  // Not quite the remainder: a frame must never come out a hair later than the one that asks for it.
  const nextFrame = () => (Math.floor(elapsedMs / FRAME_MS + 0.001) + 1) * FRAME_MS;

  const timerFunctions = {
    setTimeout: (callback, delay, ...args) => addTimer(callback, delay, false, args),
    setInterval: (callback, delay, ...args) => addTimer(callback, delay, true, args),
    requestAnimationFrame: (callback) => addTimer(callback, nextFrame() - elapsedMs, false, null),
    requestIdleCallback: (callback) =>
      addTimer(callback, 1, false, [{ didTimeout: false, timeRemaining: () => 50 }]),
    clearTimeout: clearTimer,
    clearInterval: clearTimer,
    cancelAnimationFrame: clearTimer,
    cancelIdleCallback: clearTimer,
    queueMicrotask: (callback) => { then(PagePromise.resolve(), () => run(callback, undefined, [])); },
  };

  const performance = { timeOrigin: config.date, now, mark() {}, measure() {}, getEntriesByType: () => [] };

  const present = () => Math.trunc(config.date + now());
  const PageDate = new Proxy(Date, {
    apply: () => new PageDate().toString(),
    construct: (target, args, newTarget) => construct(target, args.length === 0 ? [present()] : args, newTarget),
  });
  Date.now = present;
  Date.prototype.constructor = PageDate;

  // The same "random" numbers in every run: a report is rendered more than once.
  let seed = 0x9e3779b9;
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
`;
