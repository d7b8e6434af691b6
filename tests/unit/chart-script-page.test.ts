import { describe, expect, test } from "vitest";
import {
  type HostElement,
  runChartScript,
  type ScriptOptions,
} from "../../lib/reports/document/charts/run-script";

function element(tag: string, id: string | null, classes: string[], parent: number | null): HostElement {
  return { tag, id, classes, attributes: id === null ? {} : { "data-chart-kind": id }, parent };
}

const elements: HostElement[] = [
  element("section", "summary", [], null),
  element("h2", null, ["title"], 0),
  element("div", "a", ["chart-container", "wide"], 0),
  element("div", "b", ["chart-container"], 0),
  element("p", null, ["title"], null),
];

async function run(js: string, options: Partial<ScriptOptions> = {}) {
  const calm = { locale: "vi" as const, clock: () => 0, limits: { hardTimeMs: 10_000 } };
  const { drawn, failures } = await runChartScript(js, elements, { ...calm, ...options });
  return { drawn, failures, codes: failures.map(({ code }) => code) };
}

/** The values of the line chart that the script draws. */
async function values(js: string, options: Partial<ScriptOptions> = {}) {
  const { drawn, failures } = await run(js, options);
  expect(failures).toEqual([]);
  const chart = drawn[0]?.chart;
  return chart?.kind === "line" ? chart.values : undefined;
}

/** What each expression is as text, all of them evaluated in one run. */
async function textsOf(expressions: readonly string[]) {
  const points = expressions.map((expression) => `{ value: 1, label: String(${expression}) }`);
  const { drawn, failures } = await run(`createBarChart('a', [${points.join(",\n")}])`);
  expect(failures).toEqual([]);
  const chart = drawn[0]?.chart;
  const bars = chart?.kind === "bar" ? chart.bars : [];
  return new Map(bars.map(({ label }, index) => [expressions[index], label]));
}

describe("the entry function", () => {
  test.each([
    "function initializeAllVisuals_report() { createLineChart('a', [1]) }",
    "async function initializeAllVisuals_report() { await null; createLineChart('a', [1]) }",
    "const initializeAllVisuals_report = () => createLineChart('a', [1])",
    "let initializeAllVisuals_report = async () => { await null; createLineChart('a', [1]) }",
    "var initializeAllVisuals_report = function () { createLineChart('a', [1]) }",
    "window.initializeAllVisuals_report = () => createLineChart('a', [1])",
    "globalThis['initializeAllVisuals_report'] = () => createLineChart('a', [1])",
    "initializeAllVisuals_report = () => createLineChart('a', [1])",
    "setTimeout(() => { window.initializeAllVisuals_report = () => createLineChart('a', [1]) }, 50)",
    "'use strict'; function initializeAllVisuals_report() { createLineChart('a', [1]) }",
    "function initializeAllVisuals_report_en() { createLineChart('a', [1]) }",
  ])("is called: %s", async (js) => {
    expect(await values(js)).toEqual([1]);
  });

  test.each([
    ["vi", 1],
    ["en", 2],
  ] as const)(
    "the one of the page's language (%s) is preferred, and only it is called",
    async (locale, value) => {
      const js = `function initializeAllVisuals_report_en() { createGauge('a', 2) }
      function initializeAllVisuals_report() { createGauge('a', 1) }`;
      expect((await run(js, { locale })).drawn).toMatchObject([{ chart: { value } }]);
    },
  );

  const counting = "createLineChart(['a', 'b'][calls++], [calls])";
  test.each([
    `let calls = 0; function initializeAllVisuals_report() { ${counting} } initializeAllVisuals_report()`,
    `var calls = 0; initializeAllVisuals_report(); function initializeAllVisuals_report() { ${counting} }`,
    `let calls = 0; function initializeAllVisuals_report() { ${counting} }
     document.addEventListener('DOMContentLoaded', initializeAllVisuals_report)`,
    `let calls = 0; window.initializeAllVisuals_report = () => { ${counting} }; window.initializeAllVisuals_report()`,
    `let calls = 0; const initializeAllVisuals_report = () => { ${counting} }; initializeAllVisuals_report()`,
    `let calls = 0; const initializeAllVisuals_report = () => { ${counting} };
     window.onload = () => setTimeout(initializeAllVisuals_report, 300)`,
  ])("is not called again when the script called it: %s", async (js) => {
    const { drawn } = await run(js);
    expect(drawn).toHaveLength(1);
  });

  test("is called although the script draws something by itself", async () => {
    const js = "createGauge('a', 1); function initializeAllVisuals_report() { createGauge('b', 2) }";
    expect((await run(js)).drawn).toHaveLength(2);
  });

  test("is called although the script threw", async () => {
    const js = "null.x; function initializeAllVisuals_report() { createGauge('b', 2) }";
    expect(await run(js)).toMatchObject({ drawn: [{ host: 3 }], codes: ["threw"] });
  });

  test("that an error left without a value is no entry function", async () => {
    const js = "null.x; const initializeAllVisuals_report = 1, initializeAllVisuals_report_en = 2";
    expect(await run(js)).toMatchObject({ drawn: [], codes: ["threw"] });
  });

  test("that is no function is not called", async () => {
    expect(
      await run("class initializeAllVisuals_report {}; var initializeAllVisuals_report_en = 5"),
    ).toMatchObject({
      drawn: [],
    });
  });
});

describe("errors", () => {
  test("a source that does not parse is named with its line", async () => {
    const { drawn, failures } = await run("createGauge('a', 1)\n\nlet x = ;");
    expect(drawn).toEqual([]);
    expect(failures).toEqual([
      { code: "syntax", message: expect.stringMatching(/^SyntaxError: .*\(line 3\)$/) },
    ]);
  });

  test("a syntax error at run time costs only what follows it", async () => {
    expect(await run("createGauge('a', 1); JSON.parse('{')")).toMatchObject({
      drawn: [{}],
      codes: ["threw"],
    });
  });

  test.each([
    "setTimeout(() => { throw new Error('late') }, 5)",
    "document.addEventListener('DOMContentLoaded', () => { throw new Error('late') })",
    "window.onload = async () => { throw new Error('late') }",
    "queueMicrotask(() => { throw new Error('late') })",
    "(async () => { throw new Error('late') })()",
    "async function initializeAllVisuals_report() { await null; throw new Error('late') }",
  ])("an error ends its own callback only: %s", async (js) => {
    const { drawn, failures } = await run(`setTimeout(() => createGauge('a', 1), 9);${js}`);
    expect(drawn).toHaveLength(1);
    expect(failures).toEqual([{ code: "threw", message: "Error: late" }]);
  });

  test.each([
    "throw 'text'",
    "throw undefined",
    "throw Symbol('x')",
    "throw { get message() { throw 1 } }",
    "throw new Proxy({}, { get() { throw 1 } })",
    "throw Object.create(null)",
    String.raw`throw new Error('a\nb\u0000' + 'x'.repeat(1e5))`,
  ])("whatever is thrown makes one short line: %s", async (js) => {
    const { failures } = await run(js);
    expect(failures).toMatchObject([{ code: "threw" }]);
    expect(failures[0]?.message).toMatch(/^\P{Cc}{1,200}$/u);
  });
});

describe("the life of the page", () => {
  test("runs from loading to complete, each event once and in order", async () => {
    const js = `const seen = [];
      const note = (value) => () => seen.push(value);
      const states = ['loading', 'interactive', 'complete'];
      note(states.indexOf(document.readyState))();
      document.addEventListener('DOMContentLoaded', () => note(10 + states.indexOf(document.readyState))());
      window.addEventListener('DOMContentLoaded', { handleEvent: note(12) });
      window.addEventListener('load', () => note(20 + states.indexOf(document.readyState))());
      const removed = note(99);
      window.addEventListener('load', removed);
      window.removeEventListener('load', removed);
      window.onload = note(23);
      function initializeAllVisuals_report() { createLineChart('a', seen) }`;
    expect(await values(js)).toEqual([0, 11, 12, 22, 23]);
  });

  test("timers fire in the order in which they are due", async () => {
    const js = `const seen = [];
      const note = (value) => () => seen.push(value);
      setTimeout(note(5), 30); setTimeout(note(3), 10); setTimeout(note(4), 10);
      const cleared = setTimeout(note(99), 20); clearTimeout(cleared);
      requestAnimationFrame(note(2.5)); setTimeout(note(2));
      Promise.resolve().then(note(1)); queueMicrotask(note(1.5)); note(0)();
      function initializeAllVisuals_report() { createLineChart('a', seen) }`;
    expect(await values(js)).toEqual([0, 1, 1.5, 2, 3, 4, 2.5, 5]);
  });

  test("timers that the entry function sets still fire, whatever ran before", async () => {
    const js = `setInterval(() => {}, 0);
      function initializeAllVisuals_report() { setTimeout(() => createLineChart('a', [1]), 200) }`;
    expect(await values(js)).toEqual([1]);
  });

  test("an animation goes from frame to frame until it is over", async () => {
    const js = `let start;
      requestAnimationFrame(function frame(time) {
        start ??= time;
        const progress = Math.min((time - start) / 1000, 1);
        if (progress < 1) requestAnimationFrame(frame); else createLineChart('a', [progress]);
      })`;
    expect(await values(js)).toEqual([1]);
  });

  test("intervals and frames without an end are left after a while", async () => {
    const js = `let ticks = 0; setInterval(() => ticks++, 1000);
      (function frame() { requestAnimationFrame(frame) })();
      function initializeAllVisuals_report() { createLineChart('a', [ticks > 0 && ticks < 300 ? 1 : 0]) }`;
    expect(await values(js)).toEqual([1]);
  });

  test("a callback beyond the virtual minute never fires", async () => {
    expect(await run("setTimeout(() => createGauge('a', 1), 90_000)")).toMatchObject({
      drawn: [],
      codes: [],
    });
  });

  test("a loop that waits for the clock ends", async () => {
    const js = "const start = Date.now(); while (Date.now() - start < 20); createLineChart('a', [1])";
    expect(await values(js)).toEqual([1]);
  });

  test("observers report each element once, as visible", async () => {
    const js = `new IntersectionObserver((entries, observer) => entries.forEach(({ target, isIntersecting }) => {
        observer.unobserve(target);
        if (isIntersecting) createLineChart(target, [1]);
      })).observe(document.getElementById('a'));
      new ResizeObserver(() => {}).observe(document.body); new MutationObserver(() => {}).observe(document.body)`;
    expect(await values(js)).toEqual([1]);
  });

  test("the same report draws the same charts in every run", async () => {
    const js =
      "createLineChart('a', [Math.random(), Math.random(), Date.now(), new Date().getTime(), performance.now()])";
    const date = new Date("2025-11-18T00:00:00Z");
    const first = await values(js, { date });
    expect(first?.[2]).toBe(date.getTime());
    expect(await values(js, { date })).toEqual(first);
  });
});

describe("elements", () => {
  const selectors: [string, number][] = [
    ["section", 1],
    ["div", 2],
    ["#a", 1],
    [".chart-container", 2],
    ["div.wide.chart-container", 1],
    ["DIV", 2],
    ["[data-chart-kind]", 3],
    ["[data-chart-kind=b]", 1],
    ['[data-chart-kind="b"]', 1],
    ["[data-chart-kind^='s']", 1],
    ["[data-chart-kind$=y]", 1],
    ["[data-chart-kind*=mm]", 1],
    ["[class~=wide]", 1],
    ["[id|=a]", 1],
    ["section .title", 1],
    ["section > h2", 1],
    ["h2 + div", 1],
    ["h2 ~ div", 2],
    ["#a, #b, h2", 3],
    ["div:not(.wide)", 1],
    [":is(h2, p).title", 2],
    ["div:first-child", 0],
    ["h2:first-child", 1],
    ["div:last-child", 1],
    ["div:nth-child(2)", 1],
    ["#report-container #a", 1],
    ["body p", 1],
    ["#zz", 0],
    ["", 0],
    [">>", 0],
    ["div:hover", 0],
    ["::before", 0],
    ["div[", 0],
    ["div:not(", 0],
    ["(", 0],
  ];
  const count = (selector: string) => {
    const argument = JSON.stringify(selector);
    return `document.querySelectorAll(${argument}).length + ' ' + (document.querySelector(${argument}) !== null)`;
  };
  const counts = textsOf(selectors.map(([selector]) => count(selector)));
  test.each(selectors)("%s matches %d", async (selector, expected) => {
    expect((await counts).get(count(selector))).toBe(`${expected} ${expected > 0}`);
  });

  const truths = [
    "document.getElementById('a') === document.querySelector('.wide')",
    "document.querySelector('h2').parentElement === document.getElementById('summary')",
    "document.getElementById('a').closest('section').id === 'summary'",
    "document.getElementById('a').matches('.wide')",
    "document.getElementById('summary').children.length === 3",
    "document.getElementById('summary').querySelector('p') === null",
    "document.getElementById('summary').contains(document.getElementById('a'))",
    "document.getElementById('zz') === null",
    "document.getElementById('a').dataset.chartKind === 'a'",
    "document.getElementById('a').getAttribute('data-chart-kind') === 'a'",
    "document.getElementById('a').getAttribute('nope') === null",
    "document.getElementById('a').className === 'chart-container wide'",
    "document.getElementById('a').classList.contains('wide')",
    "(e => (e.classList.add('x'), e.classList.toggle('wide'), e.className))(document.getElementById('a')) === 'chart-container x'",
    "(e => (e.setAttribute('data-x', 1), e.hasAttribute('data-x')))(document.getElementById('a'))",
    "(e => (e.style.setProperty('--x', '1'), e.style.color = 'red', e.style.color))(document.getElementById('a')) === 'red'",
    "(e => (e.innerHTML = '<b>', e.innerHTML))(document.getElementById('a')) === '<b>'",
    "(c => document.body.appendChild(c) === c && c.tagName === 'CANVAS' && c.getContext('2d') === null)(document.createElement('canvas'))",
    "document.getElementById('a').append('x') === undefined",
    "document.getElementById('a') instanceof HTMLElement",
    "document.getElementById('a').getBoundingClientRect().width > 0 && document.getElementById('a').clientWidth > 0",
    "(e => { let n = 0; e.addEventListener('x', () => n++, { once: true }); e.dispatchEvent(new CustomEvent('x')); e.dispatchEvent(new Event('x')); return n })(document.getElementById('a')) === 1",
    "[...document.getElementsByClassName('chart-container')].length === 2 && document.getElementsByTagName('h2').length === 1",
  ];
  const answers = textsOf(truths);
  test.each(truths)("%s", async (expression) => {
    expect((await answers).get(expression)).toBe("true");
  });
});

describe("window", () => {
  const absent = [
    "fetch",
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "Worker",
    "importScripts",
    "process",
    "require",
    "module",
    "global",
    "Buffer",
    "std",
    "os",
    "Chart",
    "ApexCharts",
    "$",
    "record",
    "config",
    "customElements",
    "__watchEntry",
  ];
  const typeOf = (name: string) => `typeof ${name} + typeof window[${JSON.stringify(name)}]`;
  const types = textsOf(absent.map(typeOf));
  test.each(absent)("%s does not exist", async (name) => {
    expect((await types).get(typeOf(name))).toBe("undefinedundefined");
  });

  const expected: [string, string][] = [
    ...["createGauge", "createDoughnutChart", "createBarChart", "createLineChart"].map(
      (name): [string, string] => [`typeof ${name} === 'function' && window.${name} === ${name}`, "true"],
    ),
    ["window === self && window === globalThis", "true"],
    ["innerWidth > 0 && innerHeight > 0 && devicePixelRatio", "1"],
    ["matchMedia('(max-width: 600px)').matches", "false"],
    ["getComputedStyle(document.body).getPropertyValue('--accent-color')", "var(--accent-color)"],
    ["getComputedStyle(document.documentElement).color", "var(--text-primary)"],
    ["navigator.language", "vi-VN"],
    ["location.search === '' && location.pathname", "/"],
    ["(localStorage.setItem('x', 1), localStorage.getItem('x'))", "1"],
    ["localStorage.getItem('nope')", "null"],
    ["console.log('x') === undefined && console.error(1) === undefined", "true"],
  ];
  const answers = textsOf(expected.map(([expression]) => expression));
  test.each(expected)("%s is %s", async (expression, value) => {
    expect((await answers).get(expression)).toBe(value);
  });

  test("import() is rejected", async () => {
    expect(await values("import('x').catch(() => createLineChart('a', [1]))")).toEqual([1]);
  });
});
