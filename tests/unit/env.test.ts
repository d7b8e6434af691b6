import { describe, expect, test } from "vitest";
import { readEnvironment } from "@/lib/env";
import { DatabaseRequiredError, EmbeddedConcurrencyError, InvalidEnvironmentError } from "@/lib/errors";

const problem = (source: Record<string, string>): string => {
  try {
    readEnvironment(source);
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) return error.message;
    throw error;
  }
  return "accepted";
};

describe("defaults", () => {
  test("an empty environment is the embedded site on port 8000", () => {
    expect(readEnvironment({})).toEqual({
      workers: 1,
      databaseUrl: undefined,
      databasePoolMax: 32,
      dataDirectory: ".data",
      host: "0.0.0.0",
      port: 8000,
      siteUrl: "http://localhost:8000",
      redisUrl: undefined,
      maxRenders: 8,
      pageCacheBytes: 128 * 1024 * 1024,
      deploymentId: undefined,
      adminSecret: undefined,
      trustedProxies: { hops: 0, networks: null },
      debug: false,
      development: false,
      marketStaleSeconds: 60,
    });
  });

  test("an empty or blank variable counts as absent", () => {
    expect(readEnvironment({ PORT: "", DATABASE_URL: "  " }).port).toBe(8000);
  });

  test("white space around a value is no part of it", () => {
    const padded = { PORT: " 9001 ", EMBEDDED: "1\r", DEBUG: " 1 ", REDIS_URL: "redis://localhost:6379/3 " };
    expect(readEnvironment(padded)).toMatchObject({
      port: 9001,
      debug: true,
      redisUrl: "redis://localhost:6379/3",
    });
  });

  test("the site's address follows the port until it is given", () => {
    expect(readEnvironment({ PORT: "9001" }).siteUrl).toBe("http://localhost:9001");
    expect(readEnvironment({ SITE_URL: "https://a.example/" }).siteUrl).toBe("https://a.example");
  });
});

describe("a bad value stops the start with one line", () => {
  test.each([
    [{ PORT: "http" }, /^PORT must be a whole number, e\.g\. 8000$/],
    [{ PORT: "70000" }, /^PORT must be between 0 and 65535, e\.g\. 8000$/],
    [{ DATABASE_URL: "mysql://db" }, /^DATABASE_URL must be a URL that starts with postgres:\/\//],
    [{ DATABASE_URL: "localhost:5432" }, /^DATABASE_URL must be a URL/],
    [
      { DATABASE_URL: "postgres://me:a#b@db/reports" },
      /^DATABASE_URL must have .* percent-encoded \(%23 for #/,
    ],
    [{ DATABASE_URL: "postgres://me:a%b@db/reports" }, /^DATABASE_URL must have .* percent-encoded/],
    [{ REDIS_URL: "redis://:a%b@localhost" }, /^REDIS_URL must have .* percent-encoded/],
    [{ REDIS_URL: "redis://localhost:99999" }, /^REDIS_URL must have a number as its port/],
    [{ REDIS_URL: "redis://localhost/main" }, /^REDIS_URL must end in the number of a database, .*6379$/],
    [{ REDIS_URL: "redis://localhost?db=-1" }, /^REDIS_URL must end in the number of a database/],
    [{ REDIS_URL: "localhost" }, /^REDIS_URL must be a URL that starts with redis:\/\//],
    [{ AUTO_UPDATE_SECRET_KEY: "short" }, /^AUTO_UPDATE_SECRET_KEY must have at least 16 characters/],
    [{ SITE_URL: "example.com" }, /^SITE_URL must be a URL that starts with http:\/\//],
    [{ SITE_URL: "https://example.com/blog" }, /^SITE_URL must be an origin without a path/],
    [{ WEB_CONCURRENCY: "0" }, /^WEB_CONCURRENCY must be between 1 and 256/],
    [{ DATABASE_POOL_MAX: "-1" }, /^DATABASE_POOL_MAX must be a whole number/],
    [
      { TRUSTED_PROXIES: "yes" },
      /^TRUSTED_PROXIES must be a number of proxies from 0 to 10, e\.g\. 1, or a list/,
    ],
    [{ MARKET_STALE_SECONDS: "0" }, /^MARKET_STALE_SECONDS must be between 1 and 86400, e\.g\. 60$/],
    [{ DEBUG: "yes" }, /^DEBUG must be 1 \(on\) or 0 \(off\)/],
  ])("%j", (source, message) => {
    expect(problem(source)).toMatch(message);
    expect(problem(source)).not.toContain("\n");
  });

  test("every bad variable is named at once", () => {
    expect(problem({ PORT: "x", DEBUG: "x" })).toMatch(/PORT .*; DEBUG /);
  });

  test("the value is not repeated: it may hold a password", () => {
    expect(problem({ DATABASE_URL: "mysql://user:hunter2@db" })).not.toContain("hunter2");
  });
});

describe("several workers", () => {
  const DATABASE_URL = "postgres://user:hunter2@db/reports";

  test("are as many as WEB_CONCURRENCY says", () => {
    expect(readEnvironment({ WEB_CONCURRENCY: "4", DATABASE_URL }).workers).toBe(4);
    expect(readEnvironment({ WEB_CONCURRENCY: "1" }).workers).toBe(1);
  });

  test("need a database that several processes can open; one line names both variables", () => {
    const read = () => readEnvironment({ WEB_CONCURRENCY: "2", DATABASE_URL: " " });
    expect(read).toThrow(EmbeddedConcurrencyError);
    expect(read).toThrow(/^WEB_CONCURRENCY=2 needs DATABASE_URL, e\.g\. postgres:\/\/.* set it to 1$/);
  });

  test("are not for development, which has one process", () => {
    expect(readEnvironment({ WEB_CONCURRENCY: "2", NODE_ENV: "development" }).workers).toBe(1);
  });
});

describe("EMBEDDED=0, as in the container image", () => {
  const DATABASE_URL = "postgres://user:hunter2@db/reports";

  test("wants a database; one line says how to go on", () => {
    const read = () => readEnvironment({ EMBEDDED: "0" });
    expect(read).toThrow(DatabaseRequiredError);
    expect(read).toThrow(/^DATABASE_URL is not set, and EMBEDDED=0 .*postgres:\/\/.*EMBEDDED=1/);
  });

  test("makes no difference with one", () => {
    expect(readEnvironment({ EMBEDDED: "0", DATABASE_URL })).toEqual(readEnvironment({ DATABASE_URL }));
  });

  test("is overruled by EMBEDDED=1, and not meant by leaving it out", () => {
    expect(readEnvironment({ EMBEDDED: "1" })).toEqual(readEnvironment({}));
  });

  test("is what is missing first, whatever the number of workers", () => {
    expect(() => readEnvironment({ EMBEDDED: "0", WEB_CONCURRENCY: "2" })).toThrow(DatabaseRequiredError);
  });

  test("is 0 or 1", () => {
    expect(problem({ EMBEDDED: "no" })).toMatch(/^EMBEDDED must be 1 \(on\) or 0 \(off\)/);
  });
});
