import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { ChartRecorder } from "../../lib/reports/document/charts/chart-recorder";
import { FailureLog } from "../../lib/reports/document/charts/failures";
import { DEFAULT_LIMITS } from "../../lib/reports/document/charts/limits";
import {
  type HostElement,
  runChartScript,
  type ScriptOutcome,
} from "../../lib/reports/document/charts/run-script";
import { chartSchema } from "../../lib/reports/document/charts/schema";

vi.setConfig({ testTimeout: 60_000 });

const fixtures = ["01-daily-full", "02-weekly-styled", "04-buggy-js"].map((name): { js_content: string } =>
  JSON.parse(readFileSync(new URL(`../fixtures/reports/${name}.json`, import.meta.url), "utf8")),
);
const scripts = fixtures.map(({ js_content }) => js_content);
const ids = scripts.flatMap((js) => [...js.matchAll(/'#?([a-z]+(?:-[a-z]+)+)'/g)].map(([, id = ""]) => id));
const elements: HostElement[] = ["a", ...new Set(ids)].map((id) => ({
  tag: "div",
  id,
  classes: [],
  attributes: {},
  parent: null,
}));
const limits = { ...DEFAULT_LIMITS, hardTimeMs: 20_000, pointsPerChart: 20, charts: 5, failures: 10 };

async function run(js: string) {
  let time = 0;
  const clock = () => {
    time += 1;
    return time;
  };
  return runChartScript(js, elements, { locale: "vi", limits, clock });
}

/** What holds of every outcome. */
function check({ drawn, failures }: ScriptOutcome) {
  expect(drawn.length).toBeLessThanOrEqual(limits.charts);
  expect(new Set(drawn.map(({ host }) => host)).size).toBe(drawn.length);
  for (const { host, chart } of drawn) {
    expect(elements[host]).toBeDefined();
    expect(chartSchema.safeParse(chart).error).toBeUndefined();
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
    expect(numbersIn(chart).every(Number.isFinite)).toBe(true);
    for (const value of Object.values(chart)) {
      if (Array.isArray(value)) expect(value.length).toBeLessThanOrEqual(limits.pointsPerChart);
    }
  }
  for (const { message } of failures) expect(message).toMatch(/^\P{Cc}{0,200}$/u);
}

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe("whatever the source is, the outcome is sound", () => {
  test("random text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (js) => check(await run(js))),
      { numRuns: 35 },
    );
  });

  test("random tokens", async () => {
    const token = fc.constantFrom(
      ..."( ) { } [ ] ; , . = => + - ! ? : ` ${ 'a' /x/ 0 1e9 null this new function async await of for if try".split(
        " ",
      ),
      ..."catch throw return let const class extends yield window document createGauge createLineChart eval".split(
        " ",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 40 }), async (tokens) =>
        check(await run(tokens.join(" "))),
      ),
      { numRuns: 35 },
    );
  });

  test("a real script with a piece cut out, doubled or replaced", async () => {
    const edit = fc.record({
      script: fc.constantFrom(...scripts),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(40),
      insert: fc.oneof(
        fc.string({ maxLength: 10 }),
        fc.constantFrom("", "}", "while(1);", "null.x;", "NaN", "1e999"),
      ),
    });
    await fc.assert(
      fc.asyncProperty(edit, async ({ script, at, length, insert }) => {
        const start = Math.floor(at * script.length);
        check(await run(script.slice(0, start) + insert + script.slice(start + length)));
      }),
      { numRuns: 35 },
    );
  });
});

const oddNumber = fc.oneof(
  fc.double(),
  fc.constantFrom("62", " 62 ", "1e3", "73%", "", "0x10", "1e999", null, true, NaN, Infinity, -0, 1e308),
);
const colour = fc.oneof(fc.string(), fc.constantFrom("red", "#fff", "var(--x)", "url(x)", "rgb(1 2 3)", 5));
const point = fc.oneof(
  oddNumber,
  fc.record(
    { value: oddNumber, label: fc.anything({ maxDepth: 0 }), limit: oddNumber, color: colour },
    { requiredKeys: [] },
  ),
);
const argument = fc.oneof(fc.jsonValue(), oddNumber, fc.array(point, { maxLength: 30 }));
const option = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      min: oddNumber,
      max: oddNumber,
      segments: fc.array(point, { maxLength: 30 }),
      title: argument,
      outerRadius: oddNumber,
      innerRadius: oddNumber,
      showLegend: argument,
      color: colour,
      strokeWidth: oddNumber,
      valuePrefix: argument,
      valueSuffix: argument,
      yAxisLabel: argument,
    },
    { requiredKeys: [] },
  ),
);

test("whatever the four functions are given, the charts are sound", async () => {
  const call = fc.tuple(
    fc.constantFrom("createGauge", "createDoughnutChart", "createBarChart", "createLineChart"),
    fc.constantFrom(...elements.map(({ id }) => id), "zz"),
    argument,
    option,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 15 }), async (calls) => {
      const js = calls.map(([name, ...args]) => `${name}(${args.map(source).join(", ")});`).join("\n");
      const outcome = await run(js);
      check(outcome);
      expect(outcome.failures.map(({ code }) => code)).not.toContain("threw");
    }),
    { numRuns: 35 },
  );
});

/** A literal for a value; JSON knows no NaN, undefined or bigint. */
function source(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(source).join(", ")}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  return `{${Object.entries(value).map(([key, item]) => `[${JSON.stringify(key)}]: ${source(item)}`)}}`;
}

test("the host's side takes any text for a drawing call", () => {
  const anyCall = fc.record(
    {
      name: fc.constantFrom(
        "createGauge",
        "createDoughnutChart",
        "createBarChart",
        "createLineChart",
        "toString",
      ),
      host: fc.oneof(fc.integer({ min: -2, max: elements.length + 2 }), fc.jsonValue()),
      value: argument,
      items: fc.oneof(fc.jsonValue(), fc.array(point)),
      cut: fc.oneof(fc.boolean(), fc.jsonValue()),
      options: option,
    },
    { requiredKeys: ["name", "host", "items"] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    anyCall.map((call) => JSON.stringify(call)),
  );
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const failures = new FailureLog(limits.failures);
      const recorder = new ChartRecorder(elements.length, { ...limits, pointsPerChart: 5_000 }, failures);
      for (const callText of texts) recorder.record(callText);
      for (const { host, chart } of recorder.drawn) {
        expect(elements[host]).toBeDefined();
        expect(chartSchema.safeParse(chart).success).toBe(true);
      }
    }),
  );
});
