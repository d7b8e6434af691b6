import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { type HitLaneOptions, openHitLane, type Ready } from "@/lib/http/hit-lane";
import { StoredAnswer } from "@/lib/http/page-cache/stored-answer";

const ASKED = "GET / HTTP/1.1\r\nHost: site.example\r\n\r\n";

/** A busy machine is no failure. */
const WAIT = { timeout: 20_000, interval: 1 };
const answer = new StoredAnswer({ status: 200, fields: [], body: Buffer.from("whole") });
const READY: Ready = { answer, outcome: "HIT", ageMs: 0 };

interface Settings extends Partial<HitLaneOptions> {
  readonly count: number;
  readonly handler?: RequestListener;
}

/** A server with a page, and clients that connect to it at once. */
async function serve({ count, handler, ...options }: Settings) {
  const accepted: Socket[] = [];
  const server = createServer(handler);
  const lane = openHitLane(server, {
    find: () => READY,
    exchangeFields: () => [],
    firstRequestMs: 60_000,
    keepAliveMs: 60_000,
    longestPutOffMs: Number.POSITIVE_INFINITY,
    ...options,
  });
  server.on("connection", (socket: Socket) => accepted.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const clients = Array.from({ length: count }, () => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.on("data", (bytes) => {
      received += bytes;
    });
    return { socket, received: () => received };
  });
  onTestFinished(() => {
    for (const { socket } of clients) socket.destroy();
    lane.close();
    server.close();
  });
  const answered = () =>
    vi.waitUntil(() => clients.every(({ received }) => received().endsWith("whole")), WAIT);
  return { clients, lane, server, accepted, answered };
}

test("connections that come together are all accepted before any is answered", async () => {
  const acceptedWhenAnswered: number[] = [];
  const onServed = () => void acceptedWhenAnswered.push(accepted.length);
  const { clients, accepted, answered } = await serve({ count: 40, onServed });
  for (const { socket } of clients) socket.write(ASKED);
  await answered();
  expect(acceptedWhenAnswered).toEqual(clients.map(() => clients.length));
});

test("of connections that come together for what is to be made, one has it made and the others wait", async () => {
  let made: Promise<Ready> | undefined;
  let handled = 0;
  const { clients, answered } = await serve({
    count: 40,
    find: () => undefined,
    join: () => made,
    handler(_request, response) {
      handled++;
      made = nextTurn(READY);
      response.end("whole");
    },
  });
  for (const { socket } of clients) socket.write(ASKED);
  await answered();
  expect(handled).toBe(1);
});

test("all requests of a turn are read before any of their answers is written", async () => {
  const writtenWhenAnswered: number[] = [];
  const written = () => accepted.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  const onServed = () => void writtenWhenAnswered.push(written());
  const { clients, accepted, answered } = await serve({ count: 10, onServed });
  await vi.waitUntil(() => accepted.length === clients.length, WAIT);
  for (const { socket } of clients) socket.write(ASKED);
  await answered();
  expect(writtenWhenAnswered).toEqual(clients.map(() => 0));
});

test("what is closed in the turn of an answer is closed after it", async () => {
  const closed = vi.fn(() => lane.close());
  const { clients, lane, answered } = await serve({ count: 1, onServed: closed });
  for (const { socket } of clients) socket.write(ASKED);
  await answered();
  expect(closed).toHaveBeenCalledOnce();
});

test("what waits for connections that are still to come is answered though the lane is closed meanwhile", async () => {
  const served = vi.fn();
  const { clients, lane, server } = await serve({
    count: 40,
    onServed: served,
    handler: (_request, response) => void response.end("whole"),
  });
  let connections = 0;
  server.on("connection", () => {
    if (++connections === 20) lane.close();
  });
  for (const { socket } of clients) socket.write(ASKED);
  await vi.waitUntil(() => clients[0]?.received().endsWith("whole"), WAIT);
  expect(served).not.toHaveBeenCalled();
});

test("a request is put off but once, though connections never cease to come", async () => {
  const { clients, server, answered } = await serve({ count: 1, longestPutOffMs: 0 });
  let isOver = false;
  const come = () => {
    if (isOver) return;
    server.emit("connection", new Socket());
    setImmediate(come);
  };
  come();
  clients[0]?.socket.write(ASKED);
  await answered();
  isOver = true;
});
