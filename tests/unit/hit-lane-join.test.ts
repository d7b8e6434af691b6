import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type HitLane, openHitLane, type Ready } from "@/lib/http/hit-lane";
import { StoredAnswer } from "@/lib/http/page-cache/stored-answer";
import { createDrain } from "@/lib/process/drain";
import { connectRaw } from "../support/raw-http";

const WAIT = { timeout: 20_000, interval: 1 };
const LARGE_BYTES = 16 * 1024 * 1024;

const ask = (line: string) => `${line} HTTP/1.1\r\nHost: x\r\n\r\n`;
const page = (text: string | Buffer) =>
  new StoredAnswer({ status: 200, fields: ["content-type", "text/plain"], body: Buffer.from(text) });

interface Joined {
  readonly url: string | undefined;
  readonly resolve: (ready: Ready | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** A server whose lane finds `/hit`, joins what others ask for under `/page`, and has Node's server tell what came to it. */
async function serve({ firstRequestMs = 2 ** 30 } = {}) {
  const joins: Joined[] = [];
  const ends: Socket[] = [];
  const handled: string[] = [];
  const served: string[] = [];
  const server = createServer((request, response) => {
    handled.push(`${request.method} ${request.url}`);
    response.end("by Node's server");
  });
  const lane: HitLane = openHitLane(server, {
    find: ({ url }) => (url === "/hit" ? { answer: page("a hit") } : undefined),
    join({ url }) {
      if (!url?.startsWith("/page")) return undefined;
      if (url === "/page/throws") throw new Error("cannot be looked up");
      return new Promise((resolve, reject) => joins.push({ url, resolve, reject }));
    },
    exchangeFields: () => [],
    onServed: ({ url }, status) => served.push(`${status} ${url}`),
    firstRequestMs,
    keepAliveMs: 65_000,
  });
  const { drain } = createDrain(server);
  server.on("connection", (socket: Socket) => ends.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of ends) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  const connect = async () => {
    const client = await connectRaw(port);
    onTestFinished(() => void client.socket.destroy());
    await vi.waitUntil(() => ends.some(({ remotePort }) => remotePort === client.socket.localPort), WAIT);
    const end = ends.find(({ remotePort }) => remotePort === client.socket.localPort) as Socket;
    return Object.assign(client, { end });
  };
  const joined = (count: number) => vi.waitUntil(() => joins.length === count, WAIT);
  return { lane, drain, connect, joins, joined, handled, served };
}

describe("a request for what is being made for another one", () => {
  test("is answered with it on the connection, as are the next ones", async () => {
    const { connect, joins, joined, handled, served } = await serve();
    const client = await connect();
    client.send(ask("GET /page"));
    await joined(1);
    client.send(ask("GET /hit"));
    joins[0]?.resolve({ answer: page("made"), outcome: "MISS", handlerMs: 12.34 });
    const answers = await client.answers(2);
    expect(answers.map(({ body }) => body.toString())).toEqual(["made", "a hit"]);
    expect(answers[0]?.head).toMatch(
      /^x-cache: MISS\r\nserver-timing: cache;desc=MISS, handler;dur=12\.3\r$/m,
    );
    expect([served, handled]).toEqual([["200 /page", "200 /hit"], []]);
  });

  test.each<[string, (joined: Joined | undefined) => void]>([
    ["does not do", (joined) => joined?.resolve(undefined)],
    ["is not to be had", (joined) => joined?.reject(new Error("failed"))],
    [
      "cannot be sent",
      (joined) =>
        joined?.resolve({
          answer: new StoredAnswer({ status: 200, fields: ["x", "a\nb"], body: Buffer.of() }),
        }),
    ],
  ])("goes over to Node's server where that %s, with all that was sent after it", async (_name, end) => {
    const { connect, joins, joined, handled, served, lane } = await serve();
    const client = await connect();
    client.send(ask("GET /page"));
    await joined(1);
    client.send(ask("GET /hit"));
    end(joins[0]);
    await client.answers(2);
    expect([served, handled, lane.size]).toEqual([[], ["GET /page", "GET /hit"], 0]);
  });

  test("goes over where looking it up fails", async () => {
    const { connect, handled } = await serve();
    const client = await connect();
    client.send(ask("GET /page/throws"));
    await client.answers(1);
    expect(handled).toEqual(["GET /page/throws"]);
  });

  test("waits without regard to the time in which a request is to come", async () => {
    const { connect, joins, joined, lane } = await serve({ firstRequestMs: 300 });
    const [client, idle] = [await connect(), await connect()];
    client.send(ask("GET /page"));
    await joined(1);
    await idle.ended();
    expect(lane.size).toBe(1);
    joins[0]?.resolve({ answer: page("made") });
    expect((await client.answers(1))[0]?.body.toString()).toBe("made");
  });

  test("whose client goes meanwhile is not answered, and harms nobody", async () => {
    const { connect, joins, joined, lane, served } = await serve();
    const [gone, other] = [await connect(), await connect()];
    gone.send(ask("GET /page/1"));
    other.send(ask("GET /page/2"));
    await joined(2);
    gone.end.destroy();
    await vi.waitUntil(() => lane.size === 1, WAIT);
    for (const { resolve } of joins) resolve({ answer: page("made") });
    await other.answers(1);
    expect(served).toEqual(["200 /page/2"]);
  });

  test("is handed to Node's server when the process ends, which answers it", async () => {
    const { connect, joins, joined, lane, drain, handled, served } = await serve();
    const client = await connect();
    client.send(ask("GET /page"));
    await joined(1);
    lane.close();
    const drained = drain(2 ** 30);
    expect((await client.ended()).toString()).toMatch(/^connection: close\r\n.*by Node's server$/ims);
    await drained;
    joins[0]?.resolve({ answer: page("too late") });
    expect([served, handled, lane.size]).toEqual([[], ["GET /page"], 0]);
  });

  test("and gets more than its client reads does not go on before it has read", async () => {
    const { connect, joins, joined, served } = await serve();
    const client = await connect();
    client.socket.pause();
    client.send(ask("GET /page"));
    await joined(1);
    joins[0]?.resolve({ answer: page(Buffer.alloc(LARGE_BYTES, "x")) });
    await vi.waitUntil(() => served.length === 1, WAIT);
    const read = client.end.bytesRead;
    const more = ask("GET /hit");
    client.send(more);
    // What came by then is either still unread or read and not answered.
    expect(client.end.isPaused()).toBe(true);
    client.socket.resume();
    const answers = await client.answers(2);
    expect(answers.map(({ body }) => body.length)).toEqual([LARGE_BYTES, "a hit".length]);
    expect(client.end.bytesRead).toBe(read + more.length);
  });
});
