import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { createClient, launchLifeCycleSite, startLifeCycleSite } from "../support/life-cycle-site";
import { parseMetrics } from "../support/prometheus";

const SUCCESS = { code: 0, signal: null };
const FAILURE = { code: 1, signal: null };

describe.each([
  ["one process", 1],
  ["two workers", 2],
])("of %s", (_name, workers) => {
  test("SIGTERM answers what is in flight, lets nobody in, and exits with 0", async () => {
    const site = await startLifeCycleSite(workers);
    // Each in a connection of its own: workers get them in turn.
    const slow = [createClient(), createClient()].map((client) => client(`${site.url}/slow`));
    await site.lines(/asked for \/slow/, 2);
    process.kill(site.pid, "SIGTERM");
    for (const answer of slow) {
      const response = await answer;
      expect(await text(response)).toBe("late");
      expect(response.headers.connection).toBe("close");
    }
    expect(await site.ended).toEqual(SUCCESS);
    await expect(createClient()(site.url)).rejects.toThrow("ECONNREFUSED");
  });

  test("an answer that has begun on a kept connection is not cut, and a stream is told its end", async () => {
    const site = await startLifeCycleSite(workers);
    const client = createClient();
    await text(await client(site.url));
    const begun = await client(`${site.url}/begun`);
    const stream = await createClient()(`${site.url}/stream`);
    process.kill(site.pid, "SIGTERM");
    expect(await text(begun)).toBe("begun, and ended");
    expect(await text(stream)).toBe("event: first\n\nevent: last\n\n");
    expect(await site.ended).toEqual(SUCCESS);
  });

  test("Ctrl-C, which every process of the group gets, is one signal", async () => {
    const site = await startLifeCycleSite(workers);
    const slow = createClient()(`${site.url}/slow`);
    await site.lines(/asked for \/slow/);
    site.signalGroup("SIGINT");
    expect(await text(await slow)).toBe("late");
    expect(await site.ended).toEqual(SUCCESS);
  });

  test("a second signal exits at once, with 1, and leaves no process behind", async () => {
    const site = await startLifeCycleSite(workers);
    const cut = expect(createClient()(`${site.url}/hang`)).rejects.toThrow("socket hang up");
    await site.lines(/asked for \/hang/);
    process.kill(site.pid, "SIGTERM");
    await site.lines(/ stops: SIGTERM/, workers);
    process.kill(site.pid, "SIGINT");
    expect(await site.ended).toEqual(FAILURE);
    await cut;
  });

  test("what does not end by itself is cut off at the limit", async () => {
    const site = await startLifeCycleSite(workers, { drainLimitMs: 50 });
    const cut = expect(createClient()(`${site.url}/hang`)).rejects.toThrow("socket hang up");
    await site.lines(/asked for \/hang/);
    process.kill(site.pid, "SIGTERM");
    await cut;
    expect(await site.ended).toEqual(SUCCESS);
  });
});

describe("a worker", () => {
  test("that is killed is replaced, while the other serves", async () => {
    const site = await startLifeCycleSite(2);
    const [killed = 0, other = 0] = site.workers();
    process.kill(killed, "SIGKILL");
    await site.lines(/"msg":"a worker ended;/);
    expect(await text(await createClient()(site.url))).toBe(String(other));
    await site.lines(/ is ready$/, 3);
    const replacement = site.workers()[2];
    const answered = new Set<string>();
    for (let asked = 0; asked < 4; asked++) answered.add(await text(await createClient()(site.url)));
    expect(answered).toEqual(new Set([String(other), String(replacement)]));
    expect(await site.lines(/"msg":"a worker ended;/)).toHaveLength(1);
    expect(await site.lines(/ serves /)).toHaveLength(1);
  });

  test("that is asked to end answers what is in flight, and is replaced", async () => {
    const site = await startLifeCycleSite(2);
    const slow = createClient()(`${site.url}/slow`);
    const [line = ""] = await site.lines(/asked for \/slow/);
    process.kill(Number.parseInt(line, 10), "SIGTERM");
    expect(await text(await slow)).toBe("late");
    await site.lines(/ is ready$/, 3);
  });

  test("goes when its primary is killed, after it has answered what is in flight", async () => {
    const site = await startLifeCycleSite(2);
    const slow = createClient()(`${site.url}/slow`);
    await site.lines(/asked for \/slow/);
    process.kill(site.pid, "SIGKILL");
    expect(await text(await slow)).toBe("late");
    expect(await site.ended).toEqual({ code: null, signal: "SIGKILL" });
    expect(await site.lines(/ stops: disconnect$/)).toHaveLength(2);
  });

  test("that cannot start ends the start: one line, exit code 1, no process left", async () => {
    const occupant = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void occupant.close());
    await once(occupant, "listening");
    const { port } = occupant.address() as AddressInfo;
    const site = await launchLifeCycleSite(3, { port });
    expect(await site.ended).toEqual(FAILURE);
    // What those say that are asked to end, if they have come so far, is this site's own.
    const said = site.output().replace(/^\d+ stops: SIGTERM\n/gm, "");
    expect(said).toMatch(/^Cannot start: Error: .*EADDRINUSE.*\n$/);
  });
});

test("one worker tells the metrics of all, also of one that was killed", async () => {
  const site = await startLifeCycleSite(2);
  const answered: string[] = [];
  for (let asked = 0; asked < 6; asked++) answered.push(await text(await createClient()(site.url)));
  expect(new Set(answered)).toEqual(new Set(site.workers().map(String)));
  const total = async () =>
    parseMetrics(await text(await createClient()(`${site.url}/metrics`))).get("asked_total");
  expect([await total(), await total()]).toEqual([6, 6]);

  process.kill(site.workers()[0] ?? 0, "SIGKILL");
  await site.lines(/ is ready$/, 3);
  expect([await total(), await total()]).toEqual([6, 6]);
});
