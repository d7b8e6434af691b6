import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEnvironment } from "@/lib/env";
import { createRedactor, secretsOf } from "@/lib/redaction";
import { DATABASE_URL_EXAMPLE, REDIS_URL_EXAMPLE } from "@/lib/url-examples";

const DATABASE = "postgres://writer:s3cr%40t-pass@db.internal:5432/reports?sslmode=require";
const SECRET = "an-admin-secret-of-length";
const redactor = createRedactor([...secretsOf(DATABASE), SECRET]);

describe("what is masked in a text", () => {
  test.each([
    ["a connection string", `cannot use ${DATABASE} now`, "cannot use [redacted] now"],
    ["one that nobody configured", "at redis://:p@h:6379/0, then", "at [redacted] then"],
    [
      "credentials in another URL",
      "GET https://user:pw@api.example/x?y=1",
      "GET https://[redacted]@api.example/x?y=1",
    ],
    [
      "an authorization header",
      `sent Authorization: Bearer ${SECRET}x`,
      "sent Authorization: Bearer [redacted]",
    ],
    ["the secret by itself", `key=${SECRET};`, "key=[redacted];"],
    ["a password as it is meant", "password s3cr@t-pass is wrong", "password [redacted] is wrong"],
    ["a password as it is written", "password s3cr%40t-pass is wrong", "password [redacted] is wrong"],
  ])("%s", (_name, text, expected) => {
    expect(redactor.text(text)).toBe(expected);
  });

  test("a short secret only as a whole word, so that lines stay readable", () => {
    const short = createRedactor(["root"]);
    expect(short.text("root at root:/ rooted uproot")).toBe("[redacted] at [redacted]:/ rooted uproot");
  });

  test("other URLs, paths and addresses stay", () => {
    const text = "the site is ready at http://localhost:8000/a@b?c=d and db:5432/reports";
    expect(redactor.text(text)).toBe(text);
  });

  test.each([
    ["DATABASE_URL", { DATABASE_URL: "mysql://writer:pw@db/reports" }, DATABASE_URL_EXAMPLE],
    ["REDIS_URL", { REDIS_URL: "cache:6379" }, REDIS_URL_EXAMPLE],
    ["no database", { EMBEDDED: "0" }, DATABASE_URL_EXAMPLE],
    ["WEB_CONCURRENCY", { WEB_CONCURRENCY: "2" }, DATABASE_URL_EXAMPLE],
  ])("examples of what would be right stay: %s", (_name, environment, example) => {
    const reason = reasonOf(() => readEnvironment(environment));
    expect(reason).toContain(example);
    expect(redactor.text(`Cannot start: ${reason}`)).toBe(`Cannot start: ${reason}`);
  });

  test.each([
    `${REDIS_URL_EXAMPLE}/0?password=x`,
    `${REDIS_URL_EXAMPLE}1`,
    `x=${DATABASE_URL_EXAMPLE}`,
    `${DATABASE_URL_EXAMPLE},${DATABASE}`,
  ])("what only begins or ends like an example does not: %s", (text) => {
    expect(redactor.text(text)).toMatch(/^(?:x=)?\[redacted\]$/);
  });

  test("without secrets nothing else is touched", () => {
    expect(createRedactor(["", ...secretsOf(undefined)]).text("plain text")).toBe("plain text");
  });
});

describe("what is masked in a record", () => {
  test("texts at any depth, fields named like secrets, and keys", () => {
    const record = {
      list: [{ deep: `x ${SECRET}` }],
      password: "short",
      accessToken: 7,
      [SECRET]: 1,
      count: 3,
      when: new Date("2026-11-18T00:00:00Z"),
      bytes: Buffer.from(SECRET),
      big: 3n,
    };
    expect(redactor.value(record)).toEqual({
      list: [{ deep: "x [redacted]" }],
      password: "[redacted]",
      accessToken: "[redacted]",
      "[redacted]": "[redacted]",
      count: 3,
      when: "2026-11-18T00:00:00.000Z",
      bytes: `[${SECRET.length} bytes]`,
      big: "3",
    });
  });

  test("errors, with cause and stack, without what libraries hang on them", () => {
    const cause = Object.assign(new Error(`connect to ${DATABASE}`), {
      code: "ECONNREFUSED",
      query: "SELECT 1",
    });
    const error = new AggregateError([cause], `failed with ${SECRET}`, { cause });
    const text = JSON.stringify(redactor.value({ error }));
    expect(text).toContain('"code":"ECONNREFUSED"');
    expect(text).toContain("failed with [redacted]");
    expect(text).not.toMatch(/SELECT|secret|s3cr|db\.internal/);
  });

  test("cycles end", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => JSON.stringify(redactor.value(cycle))).not.toThrow();
  });

  test("no secret comes through, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.object({ values: [fc.string(), fc.constant(SECRET)], maxDepth: 3 }),
        fc.string(),
        (value, text) => {
          const record = redactor.value({
            value,
            text: text + SECRET + text,
            error: new Error(SECRET + text),
          });
          expect(JSON.stringify(record)).not.toContain(SECRET);
        },
      ),
    );
  });
});

function reasonOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error("it should have failed");
}
