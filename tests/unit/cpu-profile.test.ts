import { expect, test } from "vitest";
import { selfTimes } from "../../scripts/bench/cpu-profile.mjs";

const node = (id: number, functionName: string, url = "", lineNumber = -1) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

/** `render` is called from two places; the second sample of each call is what it calls. */
const PROFILE = {
  nodes: [
    node(1, "(root)"),
    node(2, "render", "file:///site/.build/server.js", 9),
    node(3, "render", "file:///site/.build/server.js", 9),
    node(4, "gzip", "node:zlib", 99),
    node(5, "(idle)"),
    node(6, "", "file:///site/.build/server.js", 0),
  ],
  samples: [2, 4, 3, 5, 6],
  timeDeltas: [1_000, 5_000, 2_000, 90_000, 2_000],
};

test("adds up a function's own time over all its callers, without the idle time, the longest first", () => {
  expect(selfTimes(PROFILE, { root: "/site/" })).toEqual([
    { name: "gzip", place: "node:zlib:100", ms: 5, share: 0.5 },
    { name: "render", place: ".build/server.js:10", ms: 3, share: 0.3 },
    { name: "(anonymous)", place: ".build/server.js:1", ms: 2, share: 0.2 },
  ]);
});

test("counts nothing of what came before the load", () => {
  expect(selfTimes(PROFILE, { fromMs: 7, root: "/site/" }).map(({ name, ms }) => [name, ms])).toEqual([
    ["render", 2],
    ["(anonymous)", 2],
  ]);
});
