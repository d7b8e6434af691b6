import { expect, test, vi } from "vitest";
import { type EventSink, eventStreamResponse } from "@/lib/http/event-stream";

function open() {
  const writer = { drained: vi.fn(), left: vi.fn() };
  let sink: EventSink | undefined;
  const response = eventStreamResponse((opened) => {
    sink = opened;
    return writer;
  });
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
  expect(() => eventStreamResponse(refuse)).toThrow("full");
});
