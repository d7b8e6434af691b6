import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { serverArguments } from "../../scripts/server-command.mjs";
import { get, HOSTILE_REQUESTS } from "../support/hostile-requests";
import { createPublishedReports } from "../support/published-reports";
import { exchangeRaw } from "../support/raw-http";
import { type RunningSite, type SiteOptions, startSite } from "../support/server";

vi.setConfig({ testTimeout: 180_000 });

async function openSite(reports: number, options: SiteOptions = {}): Promise<RunningSite> {
  const database = await createPublishedReports(reports);
  onTestFinished(() => database.drop());
  const site = await startSite({ databaseUrl: database.url, startLimitMs: 120_000, ...options });
  onTestFinished(async () => void (await site.stop()));
  return site;
}

const portOf = ({ url }: RunningSite) => Number(new URL(url).port);

test("several workers share the port, answer for each other, and one that dies is replaced", async () => {
  const site = await openSite(3, { env: { WEB_CONCURRENCY: "2" } });
  expect(site.output()).toContain("served by 2 workers");

  // Whichever is asked, the limit is that of both.
  const limit = async () => {
    const text = await (await fetch(`${site.url}/metrics`, { headers: { connection: "close" } })).text();
    return Number(/^page_cache_max_bytes (\d+)$/m.exec(text)?.[1]) / (128 * 1024 * 1024);
  };
  expect(await limit()).toBe(2);
  const before = await childrenOf(site.pid);
  expect(before.length).toBe(2);

  process.kill(before[0] ?? 0, "SIGKILL");
  await vi.waitFor(() => expect(site.output()).toContain("another takes its place"), 10_000);
  await vi.waitFor(async () => expect((await childrenOf(site.pid)).length).toBe(2), 30_000);
  expect(await childrenOf(site.pid)).not.toContain(before[0]);
  await vi.waitFor(async () => expect(await limit()).toBe(2), 60_000);
  for (let count = 0; count < 6; count++) {
    expect((await fetch(`${site.url}/`, { headers: { connection: "close" } })).status).toBe(200);
  }
  expect(await site.stop()).toBe(0);
});

test("SIGTERM answers what is in flight, ends streams, and exits with 0", async () => {
  const site = await openSite(3);
  const stream = await fetch(`${site.url}/api/crypto/dashboard-summary/stream`);
  const reader = stream.body?.getReader();
  await reader?.read();
  // A cold page, and one that waits on a connection of its own.
  const cold = fetch(`${site.url}/en/crypto_report/2`);
  await vi.waitFor(async () => expect(await inFlight(site)).toBeGreaterThan(0), 10_000);
  const ended = site.stop();
  expect((await cold).status).toBe(200);
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read());
  expect(await ended).toBe(0);
});

/** Streams count as requests in flight, so that one of them shows that the rest is under way as well. */
async function inFlight({ url }: RunningSite): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^http_requests_in_flight (\d+)$/m.exec(text)?.[1] ?? 0) - 1;
}

test("several workers on the embedded database stop the start with one line", async () => {
  const site = spawn(process.execPath, serverArguments, {
    env: { ...process.env, NODE_ENV: "production", PORT: "0", DATABASE_URL: "", WEB_CONCURRENCY: "2" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  site.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  site.stderr.setEncoding("utf8").on("data", (text) => (output += text));
  const [code] = await once(site, "close");
  expect(code).toBe(1);
  expect(output.trim().split("\n")).toEqual([
    expect.stringMatching(/Cannot start: WEB_CONCURRENCY=2 needs DATABASE_URL/),
  ]);
});

test("hostile requests get a clear answer, and leave the site as it was", async () => {
  const site = await openSite(1);
  const port = portOf(site);
  for (const { bytes, status, isSlow } of HOSTILE_REQUESTS) {
    if (isSlow) continue;
    const [answer] = await exchangeRaw(port, bytes);
    expect([bytes.toString("latin1").slice(0, 80), answer?.status]).toEqual([
      bytes.toString("latin1").slice(0, 80),
      status,
    ]);
    expect(answer?.headers.get("x-content-type-options")).toBe("nosniff");
  }
  const [after] = await exchangeRaw(port, get("/"));
  expect(after?.status).toBe(200);
});

test("upgrades are ignored", async () => {
  const site = await openSite(1);
  // Next listens for upgrades from its first request on, on the server that it is told of.
  await fetch(`${site.url}/status`);
  for (const protocol of ["websocket", "h2c"]) {
    const request = get("/status", `Upgrade: ${protocol}`).replace(
      "Connection: close",
      "Connection: Upgrade, close",
    );
    const [answer] = await exchangeRaw(portOf(site), request);
    expect(answer?.status).toBe(200);
  }
});

test("too many cold pages at once are turned away, and kept ones are served all the while", async () => {
  const site = await openSite(200, { env: { MAX_RENDERS: "1" } });
  const kept = async () => {
    const response = await fetch(`${site.url}/`);
    await response.arrayBuffer();
    return [response.status, response.headers.get("x-cache")];
  };
  // Warming goes on after the site is ready.
  await vi.waitFor(async () => expect(await kept()).toEqual([200, "HIT"]), { timeout: 60_000 });
  const cold = Array.from({ length: 190 }, async (_, index) => {
    const response = await fetch(`${site.url}/crypto_report/${index + 1}`);
    await response.arrayBuffer();
    return response;
  });
  await sleep(0);
  expect(await kept()).toEqual([200, "HIT"]);
  expect((await fetch(`${site.url}/robots.txt`)).status).toBe(200);
  const answers = await Promise.all(cold);
  const turnedAway = answers.filter(({ status }) => status === 503);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
  // One is being rendered and 64 wait; of those some may have waited too long.
  expect(turnedAway.length).toBeGreaterThanOrEqual(190 - 65 - 20);
  for (const { headers } of turnedAway) {
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")).toContain("script-src 'self' 'sha256-");
  }
  expect(await kept()).toEqual([200, "HIT"]);
});

test("HSTS goes to those alone who came over TLS, by the word of a trusted proxy", async () => {
  const site = await openSite(1, { env: { TRUSTED_PROXIES: "loopback" } });
  const hsts = async (headers: Record<string, string>) =>
    (await fetch(`${site.url}/`, { headers })).headers.get("strict-transport-security");
  expect(await hsts({})).toBeNull();
  expect(await hsts({ "x-forwarded-proto": "http" })).toBeNull();
  expect(await hsts({ "x-forwarded-proto": "https" })).toMatch(/^max-age=\d+/);
});

async function childrenOf(pid: number): Promise<number[]> {
  const ps = spawn("ps", ["-o", "pid=", "--ppid", String(pid)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  ps.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  await once(ps, "close");
  return output.split("\n").flatMap((line) => Number(line) || []);
}
