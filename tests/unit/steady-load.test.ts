import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { startSteadyLoad } from "../support/steady-load";

const RATE = 200;

async function origin(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** The load, until the origin has been asked so often. */
async function runUntil(asked: () => number, count: number, load: ReturnType<typeof startSteadyLoad>) {
  await vi.waitFor(() => expect(asked()).toBeGreaterThanOrEqual(count), { timeout: 20_000, interval: 10 });
  return load.stop();
}

test("asks for each URL in turn over connections that it keeps, and reports what was good", async () => {
  let asked = 0;
  const sockets = new Set<unknown>();
  const { url } = await origin((request, response) => {
    asked++;
    sockets.add(request.socket);
    response.end("a page");
  });
  const urls = [`${url}/a`, `${url}/b`];
  const report = await runUntil(
    () => asked,
    20,
    startSteadyLoad({ urls, connections: 2, requestsPerSecond: RATE }),
  );

  expect(report.failures).toEqual([]);
  expect(report.total).toBe(asked);
  expect(report.outcomes.slice(0, 4).map((outcome) => outcome.url)).toEqual([...urls, ...urls]);
  expect(report.outcomes.slice(0, 4).map(({ dueAtMs }) => dueAtMs)).toEqual([0, 5, 10, 15]);
  expect(sockets.size).toBeLessThanOrEqual(2);
});

test("a status other than 200, a connection that ends and an answer that is cut off are failures, not repeated", async () => {
  let asked = 0;
  const { url } = await origin((request, response) => {
    asked++;
    if (request.url === "/gone") response.writeHead(404).end();
    else if (request.url === "/reset") request.socket.destroy();
    else if (request.url === "/cut") {
      response.writeHead(200, { "content-length": "100" });
      response.write("part");
      setImmediate(() => request.socket.destroy());
    } else response.end("a page");
  });
  const urls = ["/good", "/gone", "/reset", "/cut"].map((path) => url + path);
  const report = await runUntil(
    () => asked,
    8,
    startSteadyLoad({ urls, connections: 4, requestsPerSecond: RATE }),
  );

  expect(report.total).toBe(asked);
  expect(report.failures.filter(({ url: failed }) => failed.endsWith("/good"))).toEqual([]);
  for (const path of ["/gone", "/reset", "/cut"]) {
    const { total = 0, failed } = report.byUrl[url + path] ?? {};
    expect(total).toBeGreaterThan(1);
    expect(failed).toBe(total);
  }
  const last = Object.fromEntries(report.failures.map((outcome) => [outcome.url, outcome]));
  expect(last[`${url}/gone`]).toMatchObject({ failure: "status 404" });
  expect(last[`${url}/reset`]).toMatchObject({ failure: expect.stringMatching(/hang up|ECONNRESET/) });
  expect(last[`${url}/cut`]).toMatchObject({ failure: expect.stringMatching(/aborted|ECONNRESET/) });
});

test("goes on asking while nothing is answered, and counts the wait of all who were due", async () => {
  let asked = 0;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { url } = await origin(async (_request, response) => {
    asked++;
    await answered;
    response.end("a page");
  });
  const load = startSteadyLoad({ urls: [url], connections: 3, requestsPerSecond: RATE });
  const startedAt = performance.now();
  await vi.waitFor(() => expect(asked).toBe(3));
  await vi.waitFor(() => expect(performance.now() - startedAt).toBeGreaterThan(200));
  const waitedMs = performance.now() - startedAt;
  const stopped = load.stop();
  answer();
  const report = await stopped;

  expect(report.failures).toEqual([]);
  expect(report.total).toBe(asked);
  expect(report.total).toBeGreaterThanOrEqual(Math.floor((waitedMs * RATE) / 1_000));
  // The first one was due at once.
  expect(report.slowestMs).toBeGreaterThanOrEqual(Math.floor(waitedMs));
});

test("a request that is not answered by its deadline has failed, also one that had no connection yet", async () => {
  let asked = 0;
  const { url } = await origin(() => {
    asked++;
  });
  // Ten are due in each millisecond, and are over their deadline together: no two of them had the connection.
  const load = startSteadyLoad({ urls: [url], connections: 1, requestsPerSecond: 10_000, deadlineMs: 100 });
  const report = await runUntil(() => asked, 1, load);

  expect(report.total).toBeGreaterThan(asked);
  expect(report.failures).toHaveLength(report.total);
  expect(new Set(report.failures.map(({ failure }) => failure))).toEqual(
    new Set(["no answer within 100 ms"]),
  );
});
