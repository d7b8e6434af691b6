import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type HostElement,
  runChartScript,
  type ScriptOptions,
} from "../../lib/reports/document/charts/run-script";
import { chartSchema } from "../../lib/reports/document/charts/schema";

// Some of these fill the memory or wait for a time limit.
vi.setConfig({ testTimeout: 60_000 });

function element(id: string): HostElement {
  return { tag: "div", id, classes: [], attributes: {}, parent: null };
}

const elements = ["a", "b"].map(element);
const patient = { hardTimeMs: 20_000 };

async function run(js: string, options: Partial<ScriptOptions> = {}) {
  const { drawn, failures } = await runChartScript(js, elements, {
    locale: "vi",
    clock: () => 0,
    limits: patient,
    ...options,
  });
  for (const { chart } of drawn) expect(chartSchema.safeParse(chart).success).toBe(true);
  return { drawn, failures, codes: failures.map(({ code }) => code) };
}

/** Every look at it takes ten milliseconds. */
function quickClock() {
  let time = 0;
  return () => {
    time += 10;
    return time;
  };
}

const drawFirst = "createGauge('a', 1);";
const firstChart = { host: 0, chart: { kind: "gauge", value: 1 } };

describe("the time limit ends, and what was drawn stays", () => {
  test.each([
    "while (true) {}",
    "for (;;) JSON.stringify([1, 2, 3])",
    "/(a+)+$/.test('a'.repeat(40) + 'b')",
    String.raw`/^(\w+\s?)*$/.test('a'.repeat(60) + '!')`,
    "'a'.repeat(1e6).replace(/a*?b/g, '')",
    "Promise.resolve().then(() => { for (;;); })",
    "(function again() { Promise.resolve().then(again) })()",
    "(async () => { for (;;) await null })()",
    "createGauge('b', 1, { get min() { for (;;); } })",
    "createBarChart('b', new Proxy([], { get() { for (;;); } }))",
    "document.getElementById({ toString() { for (;;); } })",
    "document.querySelector({ toString() { for (;;); } })",
    "(5).toLocaleString({ toString() { for (;;); } })",
    "setTimeout(() => { for (;;); }, { valueOf() { for (;;); } })",
    "setTimeout(() => { for (;;); })",
    "document.addEventListener('DOMContentLoaded', () => { for (;;); })",
    "function initializeAllVisuals_report() { for (;;); }",
    "window.__defineGetter__('onload', () => { for (;;); })",
    "Object.defineProperty(globalThis, 'initializeAllVisuals_report', { get() { for (;;); } })",
    "throw { get message() { for (;;); } }",
    "throw new Proxy({}, { get() { for (;;); } })",
    "Promise.reject({ get name() { for (;;); } })",
    "try { for (;;); } finally { for (;;); }",
    "for (;;) try { for (;;); } catch {}",
    "function* forever() { for (;;) yield 1 } new Set(forever())",
    "[3, 2, 1].sort(() => { for (;;); })",
    "eval('for (;;);')",
    "new Function('for (;;);')()",
    "JSON.parse('[1]', () => { for (;;); })",
    "for (let i = 0; ; i++) document.createElement('p').addEventListener('x', () => i)",
  ])("%s", async (js) => {
    const { drawn, codes } = await run(drawFirst + js, { clock: quickClock() });
    expect(drawn).toMatchObject([firstChart]);
    expect(codes).toEqual(["time-limit"]);
  });

  test("nothing runs after it", async () => {
    const js = `${drawFirst} setTimeout(() => createGauge('a', 2)); while (true) {}
      function initializeAllVisuals_report() { createGauge('a', 3) }`;
    expect((await run(js, { clock: quickClock() })).drawn).toMatchObject([firstChart]);
  });

  test("a plain endless loop, by the real clock", async () => {
    const { drawn, failures } = await runChartScript(`${drawFirst} while (true) {}`, elements, {
      locale: "vi",
    });
    expect(drawn).toMatchObject([firstChart]);
    expect(failures).toMatchObject([{ code: "time-limit" }]);
  });
});

describe("a single operation that would take hours is cut off, and what was drawn stays", () => {
  test.each([
    "Array(1e9).join('x')",
    "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 0)",
    "'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b')",
    String.raw`('a' + '\u0301\u0327'.repeat(1e5)).normalize('NFC')`,
  ])("%s", async (js) => {
    const { drawn, codes } = await run(drawFirst + js, { limits: { hardTimeMs: 400 } });
    expect(codes).toEqual(["time-limit"]);
    expect(drawn).toMatchObject([firstChart]);
  });

  test("and the next script finds a working sandbox", async () => {
    const [cut, next] = await Promise.all([
      run("Array(1e9).join('x')", { limits: { hardTimeMs: 100 } }),
      run(drawFirst),
    ]);
    expect(cut.codes).toEqual(["time-limit"]);
    expect(next).toMatchObject({ drawn: [firstChart], codes: [] });
  });
});

describe("memory and stack", () => {
  test.each([
    "let all = []; for (;;) all.push('x'.repeat(1e5) + all.length)",
    "let all = []; for (;;) all.push({ all })",
    "let all = []; for (;;) all.push(new ArrayBuffer(1e6))",
    "let all = new Map(); for (let i = 0; ; i++) all.set(i, [i])",
    "new ArrayBuffer(2 ** 30)",
    "Array(1e9).fill(0)",
    "[...'x'.repeat(5e6)]",
  ])("memory runs out: %s", async (js) => {
    const { drawn, codes } = await run(drawFirst + js);
    expect(drawn).toMatchObject([firstChart]);
    expect(codes[0]).toBe("memory-limit");
  });

  test.each(["'x'.repeat(2 ** 30)", "let s = 'x'; for (;;) s += s", "(2n ** 1000000n) ** 5n"])(
    "a value that is too large is an error: %s",
    async (js) => {
      expect(await run(drawFirst + js)).toMatchObject({ drawn: [firstChart], codes: ["threw"] });
    },
  );

  test.each([
    "function again() { again() } again()",
    "function again() { [1].forEach(again) } again()",
    "const o = { toString() { return '' + o } }; '' + o",
    "const p = new Proxy({}, { get(target, key, self) { return self[key] } }); p.x",
    "JSON.parse('['.repeat(1e6))",
    "eval('('.repeat(1e5))",
    "eval('-'.repeat(3e5) + '1')",
  ])("the stack runs out: %s", async (js) => {
    expect(await run(drawFirst + js)).toMatchObject({ drawn: [firstChart], codes: ["stack-limit"] });
  });

  test("full memory does not reach the next script", async () => {
    await run(`const all = []; try { for (;;) all.push('x'.repeat(1000) + all.length) } catch {}
      try { for (;;) all.push({}) } catch {}
      for (let i = 0; i < 50; i++) try { i.toLocaleString('vi', { minimumFractionDigits: 20 }) } catch {}`);
    expect(await run(drawFirst)).toMatchObject({ drawn: [firstChart], codes: [] });
  });

  test("a report too large to look at draws nothing", async () => {
    const many = Array.from({ length: 2_000 }, () => element("x".repeat(3_000)));
    const { drawn, failures } = await runChartScript(drawFirst, many, { locale: "vi", clock: () => 0 });
    expect(drawn).toEqual([]);
    expect(failures).toMatchObject([{ code: "memory-limit" }]);
  });
});

describe("counts", () => {
  test("a script that is too long does not run", async () => {
    const js = drawFirst.padEnd(2 * 1024 * 1024 + 1);
    expect(await run(js)).toMatchObject({ drawn: [], codes: ["script-limit"] });
  });

  test("no more than 200 elements get a chart", async () => {
    const many = Array.from({ length: 300 }, (_, index) => element(`e${index}`));
    const js = "for (let i = 0; i < 300; i++) createGauge('e' + i, i); createGauge('e0', 7)";
    const { drawn, failures } = await runChartScript(js, many, {
      locale: "vi",
      clock: () => 0,
      limits: patient,
    });
    expect(drawn).toHaveLength(200);
    expect(drawn[0]).toMatchObject({ host: 0, chart: { value: 7 } });
    expect(failures).toMatchObject([{ code: "chart-limit" }]);
  });

  test("a chart is drawn from its first 5,000 points", async () => {
    const { drawn, codes } = await run("createLineChart('a', Array.from({ length: 6000 }, (_, i) => i))");
    const chart = drawn[0]?.chart;
    expect(chart?.kind === "line" && chart.values.length).toBe(5_000);
    expect(chart?.kind === "line" && chart.values.at(-1)).toBe(4_999);
    expect(codes).toEqual(["point-limit"]);
  });

  test.each([
    "{ length: 1e15 }",
    "Array(4e9)",
    "new Proxy([], { get: (_, key) => key === 'length' ? Infinity : 'x' })",
  ])("the length of %s is not believed", async (data) => {
    expect(await run(`createLineChart('b', ${data}); ${drawFirst}`)).toMatchObject({ drawn: [firstChart] });
  });

  test("drawing calls are counted, the rejected ones too", async () => {
    const js = `${drawFirst} for (let i = 0; i < 20; i++) createGauge(null, 1); createGauge('a', 2)`;
    const { drawn, codes } = await run(js, { limits: { ...patient, drawingCalls: 10, failures: 3 } });
    expect(drawn).toMatchObject([firstChart]);
    expect(codes).toEqual(["bad-call", "bad-call", "bad-call", "call-limit"]);
  });

  test("the data of all charts together are bounded", async () => {
    const js = "for (let i = 0; i < 9; i++) createLineChart('ab'[i % 2], Array(1000).fill(0.123456789))";
    const { drawn, codes } = await run(js, { limits: { ...patient, recordedLength: 20_000 } });
    expect(drawn).toHaveLength(1);
    expect(codes).toEqual(["chart-limit"]);
  });

  test("timers that wait are bounded", async () => {
    const js = `let fired = 0; for (let i = 0; i < 50; i++) setTimeout(() => fired++);
      function initializeAllVisuals_report() { createGauge('a', fired) }`;
    expect(await run(js, { limits: { ...patient, pendingTimers: 5 } })).toMatchObject({
      drawn: [{ chart: { value: 5 } }],
    });
  });

  test("timer callbacks are bounded", async () => {
    const js = "let fired = 0; setInterval(() => createGauge('a', ++fired), 1)";
    expect(await run(js, { limits: { ...patient, timerCallbacks: 5 } })).toMatchObject({
      drawn: [{ chart: { value: 10 } }],
    });
  });
});

describe("a script that takes its page apart", () => {
  test.each([
    'JSON.stringify = () => \'{"name":"createGauge","host":1}\'',
    "JSON.stringify = null; JSON.parse = null",
    "Object.prototype.toJSON = String.prototype.toJSON = Number.prototype.toJSON = () => 'x'",
    "for (const key of ['host', 'name', 'value', 'items', 'min', 'max', 'index', 'options', 'chart'])" +
      " Object.defineProperty(Object.prototype, key, { __proto__: null, get() { throw 1 }, set() { throw 2 } })",
    "for (const name of Object.getOwnPropertyNames(Array.prototype)) try { Array.prototype[name] = null } catch {}",
    "for (const name of Object.getOwnPropertyNames(String.prototype)) try { String.prototype[name] = null } catch {}",
    "for (const type of [Map, Set, WeakMap, WeakSet, Promise])" +
      " for (const name of Object.getOwnPropertyNames(type.prototype)) try { type.prototype[name] = null } catch {}",
    "Array.prototype[Symbol.iterator] = null; Function.prototype.call = Function.prototype.apply = null",
    "Reflect.apply = Reflect.construct = Object.defineProperty = null; delete globalThis.Promise",
    "Array = Object = String = Number = Map = WeakMap = undefined",
    "Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(globalThis)",
    "Object.setPrototypeOf(globalThis, null)",
    "document.getElementById = () => null; HTMLElement.indexOf = () => 1; delete HTMLElement.prototype.id",
    "Object.defineProperty(Array.prototype, '0', { get() { return 9 }, set() {} })",
    "window.document = window.setTimeout = window.console = null",
  ])("draws all the same: %s", async (js) => {
    const draw = `const draw = createGauge, element = document.getElementById('a'); ${js}; draw(element, 1);`;
    expect((await run(draw)).drawn).toMatchObject([firstChart]);
  });

  test("every global can be deleted", async () => {
    const js = `${drawFirst} for (const name of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[name] } catch {}`;
    expect((await run(js)).drawn).toMatchObject([firstChart]);
  });

  test.each([
    "createGauge.constructor('return this')()",
    "(0, eval)('this')",
    "this",
    "(function () { return this })()",
  ])("%s leads no further than the page", async (js) => {
    expect(
      (await run(`createGauge('a', ${js} === window && typeof process === 'undefined' ? 1 : 0)`)).drawn,
    ).toMatchObject([firstChart]);
  });

  test("no element object can be made up", async () => {
    const js = `for (const attempt of [() => new HTMLElement(), () => new (class extends HTMLElement {})(),
        () => Object.create(document.getElementById('a')), () => new Proxy(document.getElementById('a'), {})]) {
      try { createGauge(attempt(), 2) } catch {}
    } ${drawFirst}`;
    expect(await run(js)).toMatchObject({ drawn: [firstChart], codes: ["bad-call", "bad-call"] });
  });

  test("one run leaves nothing behind for the next", async () => {
    await run("Array.prototype.left = Math.left = globalThis.left = 1; localStorage.setItem('left', 1)");
    const js =
      "createGauge('a', [[].left, Math.left, globalThis.left].every((x) => x === undefined) && !localStorage.length ? 1 : 0)";
    expect((await run(js)).drawn).toMatchObject([firstChart]);
  });
});

describe("odd sources", () => {
  test.each(["", "   ", ";", "// only a comment", "\u00a0", "'use strict'", "\ufeff", "42", "<!-- hidden"])(
    "%j draws nothing and fails nowhere",
    async (js) => {
      expect(await run(js)).toEqual({ drawn: [], failures: [], codes: [] });
    },
  );

  test.each([
    "<script>createGauge('a', 1)</script>",
    "export default 1",
    "import x from 'y'",
    "}",
    "{",
    "await 1",
    "\u0000",
  ])("%j does not parse", async (js) => {
    expect(await run(js)).toMatchObject({ drawn: [], codes: ["syntax"] });
  });

  test.each([
    "with (document) createGauge(getElementById('a'), 1)",
    "createGauge('a', 1) // no semicolon, no newline",
    "createGauge('a', 1) /* not closed in a string: '*/",
    "var undefined = 1; createGauge('a', 1)",
    "let document2 = document; { function createX() { createGauge('a', 1) } } createX()",
  ])("%s draws", async (js) => {
    expect(await run(js)).toMatchObject({ drawn: [firstChart], codes: [] });
  });
});

describe("the thread", () => {
  afterEach(() => vi.restoreAllMocks());

  test("a run leaves no runtime and no memory behind", async () => {
    const slot: { engine: Promise<{ getWasmMemory(): WebAssembly.Memory; newRuntime(): object }> } =
      Reflect.get(globalThis, Symbol.for("web-server-report.quickjs"));
    await run(drawFirst);
    const engine = await slot.engine;
    const original = engine.newRuntime.bind(engine);
    const runtimes: { alive?: boolean }[] = [];
    vi.spyOn(engine, "newRuntime").mockImplementation(() => {
      const runtime = original();
      runtimes.push(runtime);
      return runtime;
    });
    const scripts = [drawFirst, "null.x", "let x = ;", "Promise.reject(1)", "setTimeout(() => { throw 1 })"];
    for (let i = 0; i < 50; i += 1) await run(scripts[i % scripts.length] ?? "");
    expect(runtimes).toHaveLength(50);
    expect(runtimes.every(({ alive }) => alive === false)).toBe(true);
    expect(await slot.engine).toBe(engine);
    // The memory has a fixed size, so a leak of 1% a run would have ended the later ones.
    expect(await run(drawFirst)).toMatchObject({ drawn: [firstChart], codes: [] });
  });
});
