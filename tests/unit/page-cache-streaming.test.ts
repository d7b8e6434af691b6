import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import type { PageCacheOptions } from "@/lib/http/page-cache/options";
import { type CachedSite, cachedSite, gate } from "../support/page-cache";

const EVENTS = { "content-type": "text/event-stream", "cache-control": "no-store" };

/** A handler whose answers the test writes. */
async function scriptless(options: PageCacheOptions = {}) {
  const open: ServerResponse[] = [];
  const site = await cachedSite((_request, response) => void open.push(response), options);
  return { site, open, opened: (count: number) => expect.poll(() => open.length).toBe(count) };
}

function ask(site: CachedSite, method = "GET", path = "/") {
  const sent = request({ port: site.port, host: "127.0.0.1", agent: false, method, path }).end();
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve).on("error", reject);
  });
  return { sent, answered };
}

async function nextChunk(response: IncomingMessage): Promise<string> {
  const [chunk] = await once(response, "data");
  return String(chunk);
}

describe("a stream of events", () => {
  test("reaches the visitor as it is written, its head first", async () => {
    const { site, open, opened } = await scriptless();
    const { answered } = ask(site);
    await opened(1);
    open[0]?.writeHead(200, EVENTS).flushHeaders();
    const response = await answered;
    expect(response.headers).toMatchObject({ ...EVENTS, "x-cache": "MISS" });
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      const chunk = nextChunk(response);
      open[0]?.write(event);
      expect(await chunk).toBe(event);
    }
    const rest = text(response);
    open[0]?.end("data: 3\n\n");
    expect(await rest).toBe("data: 3\n\n");
  });

  test("is one for each visitor, and nobody waits for the end of another's", async () => {
    const { site, open, opened } = await scriptless();
    const visits = [ask(site), ask(site), ask(site)];
    await opened(1);
    await expect.poll(() => site.cache.stats().coalesced).toBe(2);
    open[0]?.writeHead(200, EVENTS).write("data: 1\n\n");
    await opened(3);
    for (const [at, response] of open.entries())
      if (at > 0) response.writeHead(200, EVENTS).write(`data: ${at + 1}\n\n`);
    const chunks = await Promise.all(visits.map(async ({ answered }) => nextChunk(await answered)));
    expect(chunks.sort()).toEqual(["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]);
  });

  test("ends with its visitor", async () => {
    const { site, open, opened } = await scriptless();
    const { sent, answered } = ask(site);
    await opened(1);
    open[0]?.writeHead(200, EVENTS).write("data: 1\n\n");
    const response = await answered;
    response.on("error", () => {});
    const closed = once(open[0] as ServerResponse, "close");
    sent.destroy();
    await closed;
    expect(open[0]?.destroyed).toBe(true);
    await site.settled();
  });

  test("whose visitor went before it began is ended as well", async () => {
    const { site, open, opened } = await scriptless();
    const { sent, answered } = ask(site);
    await opened(1);
    const gone = answered.catch(() => "gone");
    sent.destroy();
    expect(await gone).toBe("gone");
    const closed = once(open[0] as ServerResponse, "close");
    open[0]?.writeHead(200, EVENTS).write("data: 1\n\n");
    await closed;
    await site.settled();
  });

  test("has no body for HEAD, and ends", async () => {
    const { site, open, opened } = await scriptless();
    const { answered } = ask(site, "HEAD");
    await opened(1);
    const closed = once(open[0] as ServerResponse, "close");
    open[0]?.writeHead(200, EVENTS).write("data: 1\n\n");
    const response = await answered;
    expect(await text(response)).toBe("");
    expect(response.headers).toMatchObject(EVENTS);
    await closed;
    await site.settled();
  });

  test("that breaks off is broken off for the visitor", async () => {
    const { site, open, opened } = await scriptless();
    const { answered } = ask(site);
    await opened(1);
    open[0]?.writeHead(200, EVENTS).write("data: 1\n\n");
    const response = await answered;
    const end = text(response);
    open[0]?.destroy();
    await expect(end).rejects.toThrow("aborted");
  });

  test("whose handler fails later on is broken off as well", async () => {
    const failing = gate();
    const site = await cachedSite(async (_request, response) => {
      response.writeHead(200, EVENTS).write("data: 1\n\n");
      await failing.opened;
      throw new Error("broken");
    });
    const response = await ask(site).answered;
    const end = text(response);
    failing.open();
    await expect(end).rejects.toThrow("aborted");
  });

  test("may last longer than a handler may take to begin", async () => {
    const open: ServerResponse[] = [];
    const site = await cachedSite(
      (_request, response) => {
        open.push(response);
        response.writeHead(200, EVENTS).flushHeaders();
      },
      { handlerLimitMs: 20 },
    );
    const response = await ask(site).answered;
    await new Promise((resolve) => setTimeout(resolve, 40));
    const chunk = nextChunk(response);
    open[0]?.write("data: late\n\n");
    expect(await chunk).toBe("data: late\n\n");
  });

  test("takes no place among those who may ask the handler, and gives it back once", async () => {
    let places = 0;
    const admit = async () => {
      places++;
      return () => void places--;
    };
    const { site, open, opened } = await scriptless({ admit });
    const { answered } = ask(site);
    await opened(1);
    expect(places).toBe(1);
    open[0]?.writeHead(200, EVENTS).write("data: 1\n\n");
    const response = await answered;
    expect(places).toBe(0);
    open[0]?.end();
    await text(response);
    await site.settled();
    expect(places).toBe(0);
  });
});

test("a visitor who does not read slows the handler down, and not the cache's memory up", async () => {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const CHUNKS = 256;
  let written = 0;
  let isHeldBack = false;
  const held = gate();
  const site = await cachedSite(async (_request, response) => {
    response.writeHead(200, { "cache-control": "no-store" });
    for (; written < CHUNKS; written++) {
      if (response.write(chunk)) continue;
      isHeldBack = true;
      held.open();
      await once(response, "drain");
    }
    response.end();
  });
  const response = await ask(site).answered;
  await held.opened;
  expect(isHeldBack).toBe(true);
  expect(written).toBeLessThan(CHUNKS);
  let bytes = 0;
  for await (const part of response) bytes += part.length;
  expect(bytes).toBe(CHUNKS * chunk.length);
});

describe("an answer larger than is collected", () => {
  const headers = { "cache-control": "max-age=60", "content-type": "text/plain" };
  const LARGE = "0123456789".repeat(1_000);

  test("goes straight through, whole, and is not kept", async () => {
    let calls = 0;
    const site = await cachedSite(
      (_request, response) => {
        calls++;
        response.writeHead(200, headers);
        for (let at = 0; at < 10; at++) response.write(LARGE);
        response.end();
      },
      { maxAnswerBytes: 20_000 },
    );
    for (let visit = 1; visit <= 2; visit++) {
      expect(await site.get()).toMatchObject({ text: LARGE.repeat(10), outcome: "MISS" });
      expect(calls).toBe(visit);
    }
    expect(site.cache.stats()).toMatchObject({ entries: 0 });
  });

  test("comes whole to all who waited", async () => {
    const slow = gate();
    const site = await cachedSite(
      async (_request, response) => {
        await slow.opened;
        response.writeHead(200, headers).end(LARGE);
      },
      { maxAnswerBytes: 5_000 },
    );
    const visits = Array.from({ length: 5 }, () => site.get());
    await expect.poll(() => site.cache.stats().coalesced).toBe(4);
    slow.open();
    for (const { text } of await Promise.all(visits)) expect(text).toBe(LARGE);
  });
});
