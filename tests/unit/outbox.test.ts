import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { Outbox } from "@/lib/http/outbox";

/** As much of a connection as is needed here; `written` is what was sent on it. */
function connection() {
  const stream = new PassThrough();
  return { socket: stream as unknown as Socket, written: () => String(stream.read() ?? "") };
}

const bytes = (text: string, body: string | null = null) => ({
  head: Buffer.from(text),
  body: body === null ? null : Buffer.from(body),
});

test("what is put in one turn of the event loop is written at its end", async () => {
  const outbox = new Outbox();
  const [first, second] = [connection(), connection()];
  outbox.put(first.socket, bytes("one"));
  outbox.put(second.socket, bytes("two, ", "and its body"));
  await Promise.resolve();
  expect([first.written(), second.written()]).toEqual(["", ""]);
  await nextTurn();
  expect([first.written(), second.written()]).toEqual(["one", "two, and its body"]);
});

test("a large one is written at once, after those before it", () => {
  const outbox = new Outbox();
  const [first, second] = [connection(), connection()];
  outbox.put(first.socket, bytes("one"));
  const body = "x".repeat(64 * 1024 + 1);
  outbox.put(second.socket, bytes("two: ", body));
  expect([first.written(), second.written()]).toEqual(["one", `two: ${body}`]);
});

test("many do not wait for each other", () => {
  const outbox = new Outbox();
  const connections = Array.from({ length: 70 }, connection);
  for (const { socket } of connections) outbox.put(socket, bytes("x"));
  expect(connections.map(({ written }) => written()).join("")).toBe("x".repeat(64));
});

test("nothing is written twice, and nothing to a connection that is gone", async () => {
  const outbox = new Outbox();
  const [gone, there] = [connection(), connection()];
  outbox.put(gone.socket, bytes("one"));
  outbox.put(there.socket, bytes("two"));
  gone.socket.destroy();
  outbox.flush();
  outbox.put(there.socket, bytes(", three"));
  await nextTurn();
  expect([gone.written(), there.written()]).toEqual(["", "two, three"]);
});
