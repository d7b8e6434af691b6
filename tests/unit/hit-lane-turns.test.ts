import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { openHitLane } from "@/lib/http/hit-lane";
import { StoredAnswer } from "@/lib/http/page-cache/stored-answer";

const ASKED = "GET / HTTP/1.1\r\nHost: site.example\r\n\r\n";

/** A server with a page, and clients that connect to it at once. */
async function serve(count: number, onServed: (accepted: readonly Socket[]) => void) {
  const accepted: Socket[] = [];
  const answer = new StoredAnswer({ status: 200, fields: [], body: Buffer.from("whole") });
  const server = createServer();
  const lane = openHitLane(server, {
    find: () => ({ answer, outcome: "HIT", ageMs: 0 }),
    exchangeFields: () => [],
    onServed: () => onServed(accepted),
    firstRequestMs: 60_000,
    keepAliveMs: 60_000,
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
  const answered = () => vi.waitUntil(() => clients.every(({ received }) => received().endsWith("whole")));
  return { clients, lane, accepted, answered };
}

test("connections that come together are all accepted before any is answered", async () => {
  const acceptedWhenAnswered: number[] = [];
  const { clients, answered } = await serve(40, (accepted) => acceptedWhenAnswered.push(accepted.length));
  for (const { socket } of clients) socket.write(ASKED);
  await answered();
  expect(acceptedWhenAnswered).toEqual(clients.map(() => clients.length));
});

test("all requests of a turn are read before any of their answers is written", async () => {
  const writtenWhenAnswered: number[] = [];
  const { clients, accepted, answered } = await serve(10, (sockets) =>
    writtenWhenAnswered.push(sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)),
  );
  await vi.waitUntil(() => accepted.length === clients.length);
  for (const { socket } of clients) socket.write(ASKED);
  await answered();
  expect(writtenWhenAnswered).toEqual(clients.map(() => 0));
});

test("what is closed in the turn of an answer is closed after it", async () => {
  const closers: (() => void)[] = [];
  const { clients, lane, answered } = await serve(1, () => closers.pop()?.());
  closers.push(lane.close);
  for (const { socket } of clients) socket.write(ASKED);
  await answered();
  expect(closers).toEqual([]);
});
