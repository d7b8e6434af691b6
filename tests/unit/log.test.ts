import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { captureConsole, configureLog, log } from "@/lib/log";
import { runInRequest } from "@/lib/request-context";

const SECRET = "a-secret-that-is-long";
let out: string[];
let err: string[];

beforeEach(() => {
  out = [];
  err = [];
  vi.spyOn(console, "log").mockImplementation((line) => void out.push(line));
  vi.spyOn(console, "error").mockImplementation((line) => void err.push(line));
  configureLog({ debug: false, readable: false, secrets: [SECRET] });
});

afterEach(() => {
  vi.restoreAllMocks();
  configureLog({ debug: false, readable: process.stdout.isTTY === true, secrets: [] });
});

describe("for programs", () => {
  test("a record is one JSON line with level, time and fields; warnings and errors go to stderr", () => {
    log.info("ready", { port: 8000, text: "two\nlines" });
    log.warn("careful");
    log.error("failed", { error: new Error("why") });
    expect(out.map((line) => JSON.parse(line))).toEqual([
      {
        level: "info",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        port: 8000,
        text: "two\nlines",
        msg: "ready",
      },
    ]);
    expect(err.map((line) => JSON.parse(line))).toMatchObject([
      { level: "warn", msg: "careful" },
      {
        level: "error",
        msg: "failed",
        error: { type: "Error", message: "why", stack: expect.stringContaining("log.test") },
      },
    ]);
    expect([...out, ...err].join("")).not.toContain("\n");
  });

  test("in a request each record carries its id", () => {
    runInRequest({ id: "request-7", address: "127.0.0.1" }, () => log.info("inside"));
    log.info("outside");
    expect(out.map((line) => JSON.parse(line).requestId)).toEqual(["request-7", undefined]);
  });
});

test("for a person a record is time, level, message and fields", () => {
  configureLog({ readable: true });
  log.info("ready", { port: 8000, text: "two words", error: new Error("why not") });
  expect(out).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z info ready port=8000 text="two words" error="why not"$/),
  ]);
});

test("debug records are dropped until they are asked for", () => {
  log.debug("unseen");
  configureLog({ debug: true });
  log.debug("seen");
  expect(out.map((line) => JSON.parse(line).msg)).toEqual(["seen"]);
});

test.each([true, false])("no secret stands in a line (readable: %s)", (readable) => {
  configureLog({ readable, debug: true });
  const error = new Error(`connect postgres://u:p@h/db with ${SECRET}`, { cause: new Error(SECRET) });
  log.error(`message ${SECRET}`, { error, url: "redis://:p@h:6379", [SECRET]: SECRET, list: [SECRET] });
  expect(err.join("")).not.toMatch(/a-secret|u:p|:p@h/);
});

test("what libraries print becomes records too, without colours", () => {
  const before = { ...console };
  const end = captureConsole();
  try {
    console.error("\u001b[31m⨯\u001b[39m %s", "broken", { text: SECRET });
    console.log("hello");
    console.warn("hm");
  } finally {
    end();
  }
  expect(err.map((line) => JSON.parse(line))).toMatchObject([
    { level: "error", msg: "⨯ broken { text: '[redacted]' }" },
    { level: "warn", msg: "hm" },
  ]);
  expect(out.map((line) => JSON.parse(line))).toMatchObject([{ level: "info", msg: "hello" }]);
  expect({ ...console }).toEqual(before);
  log.info("afterwards");
  expect(out).toHaveLength(2);
});
