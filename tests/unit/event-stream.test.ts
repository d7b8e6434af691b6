import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { EventStreamsFullError } from "@/lib/errors";
import { type EventSink, eventStreamResponse, type OpenEvents, sendEvents } from "@/lib/http/event-stream";

function open() {
  const writer = { drained: vi.fn(), left: vi.fn() };
  let sink: EventSink | undefined;
  let seen: string | null = null;
  const request = new Request("http://site.example/stream", { headers: { "last-event-id": "7-0" } });
  const response = eventStreamResponse(request, (opened, lastEventId) => {
    sink = opened;
    seen = lastEventId;
    return writer;
  });
  expect(seen).toBe("7-0");
  if (sink === undefined || response.body === null) throw new Error("nothing was opened");
  return { writer, sink, response, body: response.body };
}

test("an answer of events is kept by nobody, changed by nobody, and not held back by a proxy", () => {
  expect(Object.fromEntries(open().response.headers)).toEqual({
    "content-type": "text/event-stream",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  });
});

test("what is written arrives, and the end after it", async () => {
  const { sink, response } = open();
  expect(sink.write(Buffer.from("data: 1\n\n"))).toBe(true);
  sink.end();
  expect(await response.text()).toBe("data: 1\n\n");
});

test("a sink that nobody reads is full; when it is read, the writer is told", async () => {
  const { sink, body, writer } = open();
  expect(sink.write(Buffer.alloc(20_000))).toBe(false);
  writer.drained.mockClear();
  await body.getReader().read();
  await vi.waitFor(() => expect(writer.drained).toHaveBeenCalled());
  expect(sink.write(Buffer.from("x"))).toBe(true);
});

test("the writer is told when the client went, and writing to it then throws", async () => {
  const { sink, body, writer } = open();
  await body.cancel();
  expect(writer.left).toHaveBeenCalledTimes(1);
  expect(() => sink.write(Buffer.from("x"))).toThrow(TypeError);
});

test("a client that is cut loses what was not sent, by an error that Next takes for no failure", async () => {
  const { sink, body } = open();
  sink.write(Buffer.from("x"));
  sink.cut();
  await expect(body.getReader().read()).rejects.toMatchObject({ name: "AbortError" });
});

test("what refuses to open is thrown to who asked", () => {
  const refuse = () => {
    throw new RangeError("full");
  };
  expect(() => eventStreamResponse(new Request("http://site.example"), refuse)).toThrow("full");
});

describe("without Next", () => {
  /** A busy machine is slow and not wrong. */
  const PATIENCE = { timeout: 30_000 };

  async function serve(open: OpenEvents): Promise<string> {
    const server = createServer((request, response) => void sendEvents(request, response, open));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test("the answer is the same", async () => {
    const url = await serve((sink, lastEventId) => {
      sink.write(Buffer.from(`data: ${lastEventId}\n\n`));
      sink.end();
      return { drained() {}, left() {} };
    });
    const response = await fetch(url, { headers: { "last-event-id": "7-0" } });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
    });
    expect(await response.text()).toBe("data: 7-0\n\n");
  });

  test("an end without a word is an empty stream", async () => {
    const url = await serve((sink) => {
      sink.end();
      return { drained() {}, left() {} };
    });
    const response = await fetch(url);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    expect(await response.text()).toBe("");
  });

  test("a refusal is a problem", async () => {
    const url = await serve(() => {
      throw new EventStreamsFullError();
    });
    const response = await fetch(url);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      503,
      "application/problem+json",
    ]);
    expect(await response.json()).toMatchObject({ code: "E_STREAMS_FULL" });
  });

  test("the writer is told when a full socket takes more, and when the client went", async () => {
    const writer = { drained: vi.fn(), left: vi.fn() };
    const url = await serve((sink) => {
      while (sink.write(Buffer.alloc(100_000, "x")));
      return writer;
    });
    const going = new AbortController();
    const response = await fetch(url, { signal: going.signal });
    const reader = response.body?.getReader();
    await vi.waitFor(async () => {
      await reader?.read();
      expect(writer.drained).toHaveBeenCalled();
    }, PATIENCE);
    going.abort();
    await vi.waitFor(() => expect(writer.left).toHaveBeenCalledTimes(1), PATIENCE);
  });

  test("a client that is cut has its connection closed", async () => {
    const url = await serve((sink) => {
      sink.write(Buffer.from("data: 1\n\n"));
      setImmediate(sink.cut);
      return { drained() {}, left() {} };
    });
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow(TypeError);
  });
});
