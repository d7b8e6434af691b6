import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { serverOptions } from "@/lib/http/server-options";

// What stands in files of other programs, and has to agree with the site.

/** Seconds that the site may take to end after SIGTERM. */
const STOP_LIMIT_S = 10;

const railway = JSON.parse(readFileSync("railway.json", "utf8"));
const compose = readFileSync("compose.yaml", "utf8");
const nginx = readFileSync("docs/operations/nginx.conf", "utf8");

const numberIn = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);

test("Railway builds the Dockerfile, and sends visitors once the site is ready", () => {
  expect(railway.build.builder).toBe("DOCKERFILE");
  expect(existsSync(railway.build.dockerfilePath)).toBe(true);
  expect(railway.deploy.healthcheckPath).toBe("/health");
});

test("nobody kills a site that is still answering what is in flight", () => {
  expect(railway.deploy.drainingSeconds).toBeGreaterThan(STOP_LIMIT_S);
  expect(numberIn(compose, /^ {2}stop_grace_period: (\d+)s$/m)).toBeGreaterThan(STOP_LIMIT_S);
});

test("Compose sets variables that the site knows", () => {
  const [, block = ""] = /&environment\n((?: {4}\w+: .*\n)+)/.exec(compose) ?? [];
  const names = [...block.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);
  expect(names).toContain("DATABASE_URL");
  const known = readFileSync(".env.example", "utf8");
  expect(names.filter((name) => !known.includes(`#${name}=`))).toEqual([]);
});

test("the load balancer closes idle connections before the site does", () => {
  const seconds = numberIn(nginx, /\bkeepalive_timeout (\d+)s;/);
  expect(seconds).toBeLessThan(serverOptions.keepAliveTimeout / 1_000);
});

test("the load balancer takes headers as large as the site does", () => {
  const kibibytes = numberIn(nginx, /\blarge_client_header_buffers 4 (\d+)k;/);
  expect(kibibytes * 1024).toBe(serverOptions.maxHeaderSize);
});
