import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket, TcpNetConnectOpts } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type HitLane, type HitLaneOptions, openHitLane } from "@/lib/http/hit-lane";
import { COMPRESSIONS } from "@/lib/http/page-cache/content-encoding";
import { sendAnswer } from "@/lib/http/page-cache/send-answer";
import { StoredAnswer } from "@/lib/http/page-cache/stored-answer";
import { createDrain, type Drain } from "@/lib/process/drain";
import { connectRaw, type RawAnswer, type RawClient } from "../support/raw-http";

/** More than the operating system keeps for a connection whose reader does not read. */
const LARGE = Buffer.alloc(16 * 1024 * 1024, "x");
const NEVER_MS = 2 ** 30;
/** The same object each time, as the lane wants it: what was made for another request may then be sent again. */
const NO_FIELDS: readonly string[] = [];
const WAIT = { timeout: 20_000, interval: 1 };

const ready = new Map<string, StoredAnswer>();
const page = () => ready.get("/page") as StoredAnswer;

function keep(url: string, status: number, fields: readonly string[], body: string | Buffer): StoredAnswer {
  const answer = new StoredAnswer({ status, fields, body: Buffer.from(body) });
  ready.set(url, answer);
  return answer;
}

beforeAll(async () => {
  const modified = new Date(Date.UTC(2026, 0, 2)).toUTCString();
  const html = ["content-type", "text/html; charset=utf-8", "cache-control", "public, max-age=0"];
  const answer = keep("/page", 200, [...html, "last-modified", modified], "<p>Xin chào</p>".repeat(200));
  for (const encoding of COMPRESSIONS) await answer.prepare(encoding, "quick");
  keep("/missing", 404, html, "<p>Not here</p>");
  keep("/moved", 308, ["location", "/page"], "");
  keep("/nothing", 204, [], "");
  keep("/latin", 200, ["link", "</a>", "link", "</b>", "x-name", "caf\xe9"], "x");
  keep("/large", 200, ["content-type", "image/png"], LARGE);
});

const ends: (() => unknown)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Client extends RawClient {
  /** The server's end of the connection. */
  readonly end: Socket;
}

interface Running extends Drain {
  readonly server: Server;
  readonly port: number;
  readonly lane: HitLane | undefined;
  /** What the lane answered, as `GET /page 200`. */
  readonly served: readonly string[];
  /** What Node's server answered, as `GET /page`. */
  readonly handled: readonly string[];
  connect(options?: Partial<TcpNetConnectOpts>): Promise<Client>;
}

interface Settings extends Partial<HitLaneOptions> {
  readonly withoutLane?: boolean;
  readonly handler?: RequestListener;
}

/** What the lane must not answer is echoed. */
async function echo(request: IncomingMessage): Promise<string> {
  return `${request.method} ${request.url} ${JSON.stringify(await text(request))}`;
}

async function serve({ withoutLane, handler, ...options }: Settings = {}): Promise<Running> {
  const served: string[] = [];
  const handled: string[] = [];
  const sockets = new Map<number | undefined, Socket>();
  const exchangeFields: HitLaneOptions["exchangeFields"] = ({ headers }) =>
    headers["x-request-id"] === undefined ? NO_FIELDS : ["x-request-id", String(headers["x-request-id"])];
  const server = createServer({ keepAliveTimeout: 65_000 }, async (request, response) => {
    handled.push(`${request.method} ${request.url}`);
    if (handler) return handler(request, response);
    const answer = ready.get(request.url ?? "");
    if (answer && (request.method === "GET" || request.method === "HEAD")) {
      const fields = exchangeFields(request);
      return sendAnswer(request, response, { answer, outcome: "HIT", ageMs: 5_000, fields });
    }
    const body = await echo(request);
    response.setHeader("content-length", body.length).end(body);
  });
  const lane = withoutLane
    ? undefined
    : openHitLane(server, {
        find({ url = "" }) {
          const answer = ready.get(url);
          return answer && { answer, outcome: "HIT", ageMs: 5_000 };
        },
        exchangeFields,
        onServed: ({ method, url }, status) => served.push(`${method} ${url} ${status}`),
        firstRequestMs: NEVER_MS,
        keepAliveMs: 65_000,
        ...options,
      });
  const drain = createDrain(server);
  server.on("connection", (socket: Socket) => sockets.set(socket.remotePort, socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.close();
    for (const socket of sockets.values()) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...drain,
    server,
    port,
    lane,
    served,
    handled,
    async connect(clientOptions) {
      const client = await connectRaw(port, clientOptions);
      ends.push(() => client.socket.destroy());
      const { localPort } = client.socket;
      await vi.waitUntil(() => sockets.has(localPort), WAIT);
      return Object.assign(client, { end: sockets.get(localPort) as Socket });
    },
  };
}

/** A whole request without a body. */
const ask = (line: string, ...fields: string[]) =>
  `${[`${line} HTTP/1.1`, "Host: x", ...fields].join("\r\n")}\r\n\r\n`;
const HIT = ask("GET /page");

describe("a hit is byte for byte what Node's server would send", () => {
  const PAGE = "GET /page";
  const conditional: [string, () => string][] = [
    ["304 by the entity tag", () => ask(PAGE, `If-None-Match: ${page().identity.etag}`)],
    [
      "304 of a compressed one",
      () => ask(PAGE, "Accept-Encoding: gzip", `If-None-Match: ${page().identity.etag}`),
    ],
    ["304 by the date", () => ask(PAGE, "If-Modified-Since: Fri, 02 Jan 2026 00:00:00 GMT")],
    ["304 to HEAD", () => ask("HEAD /page", `If-None-Match: W/${page().identity.etag}`)],
    ["200 for another entity tag", () => ask(PAGE, 'If-None-Match: "other"')],
    ["206 of what the visitor has", () => ask(PAGE, "Range: bytes=10-", `If-Range: ${page().identity.etag}`)],
  ];
  const requests: [string, () => string][] = [
    ["200", () => ask(PAGE)],
    ...COMPRESSIONS.map((coding): [string, () => string] => [
      `200 in ${coding}`,
      () => ask(PAGE, `Accept-Encoding: ${coding}`),
    ]),
    ["200 in what a browser accepts", () => ask(PAGE, "Accept-Encoding: gzip, deflate, br, zstd")],
    ["200 to HEAD", () => ask("HEAD /page", "Accept-Encoding: br")],
    ["200 with cookies", () => ask(PAGE, "Cookie: a=b", "Connection: keep-alive")],
    ["200 with fields of the exchange", () => ask(PAGE, "X-Request-Id: abc")],
    ...conditional,
    ["206 from the beginning", () => ask(PAGE, "Range: bytes=0-99", "Accept-Encoding: br")],
    ["206 of the end", () => ask(PAGE, "Range: bytes=-1")],
    ["200 for several ranges", () => ask(PAGE, "Range: bytes=0-1,3-4")],
    ["200 where the range is of another one", () => ask(PAGE, "Range: bytes=0-9", 'If-Range: "other"')],
    ["200 to HEAD with a range", () => ask("HEAD /page", "Range: bytes=0-9")],
    ["416", () => ask(PAGE, "Range: bytes=999999-")],
    ["404", () => ask("GET /missing")],
    ["404 to HEAD", () => ask("HEAD /missing")],
    ["308 without a body", () => ask("GET /moved")],
    ["204", () => ask("GET /nothing")],
    ["fields beyond ASCII, and repeated ones", () => ask("GET /latin")],
  ];

  test.each(requests)("%s", async (_name, request) => {
    const [inLane, byNode] = await Promise.all([serve(), serve({ withoutLane: true })]);
    const method = request().split(" ", 1);
    const outputs = await Promise.all(
      [inLane, byNode].map(async ({ connect }) => {
        const client = await connect();
        client.send(request());
        await client.answers(1, method);
        // What follows shows that nothing came after the answer.
        client.send(ask("GET /echo", "Connection: close"));
        return (await client.ended()).toString("latin1").replaceAll(/^Date: .*$/gm, "Date: now");
      }),
    );
    expect(outputs[0]).toBe(outputs[1]);
    expect([inLane.served.length, inLane.handled]).toEqual([1, ["GET /echo"]]);
  });

  test("also when others were sent the same page a moment before, to another method or with other fields", async () => {
    // All within one second, for which what was made of an answer is kept.
    vi.spyOn(Date, "now").mockReturnValue(Date.UTC(2026, 0, 2));
    ends.push(() => vi.restoreAllMocks());
    const [inLane, byNode] = await Promise.all([serve(), serve({ withoutLane: true })]);
    const requests = [
      ...[HIT, ask("HEAD /page"), HIT, ask(PAGE, "X-Request-Id: a"), ask(PAGE, "X-Request-Id: b"), HIT],
      ...conditional.flatMap(([, request]) => [request(), HIT]),
    ];
    const methods = requests.map((request) => request.slice(0, request.indexOf(" ")));
    const outputs = await Promise.all(
      [inLane, byNode].map(async ({ connect }) => {
        const client = await connect();
        for (const [at, request] of requests.entries()) {
          client.send(request);
          await client.answers(at + 1, methods);
        }
        return client
          .received()
          .toString("latin1")
          .replaceAll(/^Date: .*$/gm, "Date: now");
      }),
    );
    expect(outputs[0]).toBe(outputs[1]);
    expect([inLane.served.length, inLane.handled]).toEqual([requests.length, []]);
  });

  test("with a date of now", async () => {
    const { connect } = await serve();
    const client = await connect();
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    client.send(HIT);
    const [answer] = await client.answers(1);
    const date = Date.parse(/^Date: (.*)$/m.exec(answer?.head ?? "")?.[1] ?? "");
    expect(date).toBeGreaterThanOrEqual(before);
    expect(date).toBeLessThanOrEqual(Date.now());
  });

  test("with what is ready now, when it has changed on the same connection", async () => {
    const { connect } = await serve();
    const client = await connect();
    keep("/news", 200, [], "old");
    client.send(ask("GET /news"));
    await client.answers(1);
    keep("/news", 200, [], "new");
    client.send(ask("GET /news"));
    expect((await client.answers(2)).map(({ body }) => body.toString())).toEqual(["old", "new"]);
  });

  test("1,000 times on one connection", async () => {
    const { port, served, handled, lane } = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    ends.push(() => agent.destroy());
    for (let count = 0; count < 1_000; count++) {
      const [response] = await once(get({ agent, port, host: "127.0.0.1", path: "/page" }), "response");
      expect(await text(response)).toBe(page().identity.body.toString());
    }
    expect([served.length, handled.length, lane?.size]).toEqual([1_000, 0, 1]);
  });
});

describe("over to Node's server goes", () => {
  /** As Node's server answers in `serve`. */
  const echoOf = (line: string, body = "") => `${line} ${JSON.stringify(body)}`;
  const bodies = (answers: readonly RawAnswer[]) => answers.map(({ body }) => body.toString());

  test.each([
    ["what is not ready", ask("GET /other"), echoOf("GET /other")],
    ["what is ready for others only", ask("DELETE /page"), echoOf("DELETE /page")],
    ["a body", `${ask("POST /page", "Content-Length: 4")}body`, echoOf("POST /page", "body")],
    [
      "a body in chunks",
      `${ask("POST /page", "Transfer-Encoding: chunked")}2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n`,
      echoOf("POST /page", "body"),
    ],
    ["a secret", ask("GET /page", "Authorization: Bearer x"), undefined],
    ["another version", "GET /page HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", undefined],
    ["an upgrade that nobody offers", ask("GET /page", "Connection: upgrade", "Upgrade: h2c"), undefined],
    ["an empty line before the request", `\r\n${HIT}`, undefined],
  ])("%s: first, and after a hit", async (_name, request, expected) => {
    const { connect, served, handled, lane } = await serve();
    const [first, after] = [await connect(), await connect()];
    first.send(request);
    after.send(HIT);
    await after.answers(1);
    after.send(request);
    const [answer] = await first.answers(1);
    const [hit, another] = await after.answers(2);
    const body = expected ?? page().identity.body.toString();
    expect([answer, another].map((each) => [each?.status, each?.body.toString()])).toEqual([
      [200, body],
      [200, body],
    ]);
    expect(hit?.status).toBe(200);
    expect([served.length, handled.length, lane?.size]).toEqual([1, 2, 0]);
    // And there it stays.
    after.send(HIT);
    await after.answers(3);
    expect([served.length, handled.length]).toEqual([1, 3]);
  });

  test("a request with a head that is longer than Node reads", async () => {
    const { connect, served } = await serve();
    const client = await connect();
    client.send(ask("GET /page", `X-Long: ${"x".repeat(20_000)}`));
    expect((await client.ended()).toString()).toMatch(/^HTTP\/1\.1 431 /);
    expect(served).toEqual([]);
  });

  test("what is no HTTP", async () => {
    const { connect, server } = await serve();
    const client = await connect();
    client.send("\x16\x03\x01 hello\r\n\r\n");
    expect((await client.ended()).toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(server.listening).toBe(true);
  });

  test("an expectation, with its body", async () => {
    const { connect } = await serve();
    const client = await connect();
    client.send(HIT);
    await client.answers(1);
    client.send(ask("POST /page", "Expect: 100-continue", "Content-Length: 4"));
    const [, interim] = await client.answers(2);
    expect(interim?.status).toBe(100);
    client.send("body");
    expect(bodies(await client.answers(3))[2]).toBe(echoOf("POST /page", "body"));
  });

  test("an upgrade, with the bytes after it", async () => {
    const { connect, server } = await serve();
    const upgraded = new Promise<string>((resolve) => {
      server.once("upgrade", (_request, socket, head: Buffer) => {
        resolve(head.toString());
        socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      });
    });
    const client = await connect();
    client.send(HIT);
    await client.answers(1);
    client.send(`${ask("GET /page", "Connection: upgrade", "Upgrade: websocket")}frames`);
    expect(await upgraded).toBe("frames");
    expect((await client.answers(2))[1]?.status).toBe(101);
  });

  test("what was sent without waiting, all of it and in order", async () => {
    const { connect, served, handled } = await serve();
    const client = await connect();
    client.send(HIT);
    await client.answers(1);
    const post = `${ask("POST /a", "Content-Length: 4")}body`;
    client.send(HIT + post + ask("GET /b") + ask("HEAD /page") + ask("GET /c"));
    const methods = ["GET", "GET", "POST", "GET", "HEAD", "GET"];
    const body = page().identity.body.toString();
    expect(bodies(await client.answers(6, methods))).toEqual([
      ...[body, body, echoOf("POST /a", "body"), echoOf("GET /b"), "", echoOf("GET /c")],
    ]);
    expect(served).toEqual(["GET /page 200"]);
    expect(handled).toEqual(["GET /page", "POST /a", "GET /b", "HEAD /page", "GET /c"]);
  });

  describe.each([
    ["a hit", HIT, () => page().identity.body.toString()],
    ["a body", `${ask("POST /a", "Content-Length: 4")}body`, () => echoOf("POST /a", "body")],
  ])("what comes in pieces: %s", (_name, request, body) => {
    test.each([0, 1])("after %i hits", async (hits) => {
      const { connect, served, handled } = await serve();
      const splits = Array.from({ length: request.length - 1 }, (_, at) => at + 1);
      await Promise.all(
        splits.map(async (at) => {
          const client = await connect();
          for (let hit = 1; hit <= hits; hit++) {
            client.send(HIT);
            await client.answers(hit);
          }
          const before = client.end.bytesRead;
          client.send(request.slice(0, at));
          await vi.waitUntil(() => client.end.bytesRead === before + at, WAIT);
          client.send(request.slice(at));
          expect(bodies(await client.answers(hits + 1))[hits]).toBe(body());
        }),
      );
      // A whole head, and its body later, is for Node as well.
      expect([served.length, handled.length]).toEqual([hits * splits.length, splits.length]);
    });
  });

  test("what the lane cannot answer without an error", async () => {
    const { connect, served, handled } = await serve({
      find() {
        throw new Error("broken");
      },
    });
    const client = await connect();
    client.send(HIT);
    expect((await client.answers(1))[0]?.status).toBe(200);
    expect([served, handled]).toEqual([[], ["GET /page"]]);
  });

  test.each([
    ["a line of its own", ["x-a", "b\r\nx-evil: 1"]],
    ["an answer of its own", ["x-a", "b\r\n\r\nHTTP/1.1 200 OK"]],
    ["a bare LF", ["x-a", "b\nx-evil: 1"]],
    ["characters whose last byte is CR and LF", ["x-a", "b\u010d\u010ax-evil: 1"]],
    ["NUL", ["x-a", "b\0"]],
    ["a colon in its name", ["x-a: b\r\nx-evil", "1"]],
    ["no name", ["", "1"]],
  ])("an answer with a field that has %s", async (_name, field) => {
    const handler: RequestListener = (_request, response) =>
      void response.writeHead(500, { "content-length": 0 }).end();
    const evil = new StoredAnswer({ status: 200, fields: field, body: Buffer.from("x") });
    const plain = new StoredAnswer({ status: 200, fields: [], body: Buffer.from("x") });
    for (const options of [
      { find: () => ({ answer: evil }) },
      { find: () => ({ answer: plain }), exchangeFields: () => field },
    ]) {
      const { connect, served } = await serve({ handler, ...options });
      const client = await connect();
      client.send(HIT);
      const [answer] = await client.answers(1);
      expect([answer?.status, served]).toEqual([500, []]);
      expect(client.received().toString()).not.toMatch(/x-evil/i);
    }
  });
});

describe("a client that does not read", () => {
  test("is not served on until it has, and then gets everything in order", async () => {
    const { connect, served, lane } = await serve();
    const client = await connect();
    client.socket.pause();
    client.send(ask("GET /large"));
    await vi.waitUntil(() => served.length === 1, WAIT);
    const read = client.end.bytesRead;
    for (let more = 1; more <= 3; more++) {
      client.send(HIT);
      await vi.waitUntil(() => client.end.bytesRead === read + more * HIT.length, WAIT);
    }
    expect(served).toHaveLength(1);
    expect(client.end.writableLength).toBeLessThanOrEqual(LARGE.length + 1_000);
    client.socket.resume();
    const answers = await client.answers(4);
    expect(answers.map(({ body }) => body.length)).toEqual([
      LARGE.length,
      ...Array.from({ length: 3 }, () => page().identity.body.length),
    ]);
    expect([served.length, lane?.size]).toEqual([4, 1]);
  });

  test("gets what it asked for of Node's server in between as well", async () => {
    const { connect, served, handled } = await serve();
    const client = await connect();
    client.socket.pause();
    client.send(ask("GET /large"));
    await vi.waitUntil(() => served.length === 1, WAIT);
    const read = client.end.bytesRead;
    const requests = [HIT, ask("GET /other"), HIT];
    let sent = 0;
    for (const request of requests) {
      client.send(request);
      sent += request.length;
      await vi.waitUntil(() => client.end.bytesRead === read + sent, WAIT);
    }
    client.socket.resume();
    const answers = await client.answers(4);
    expect(answers.map(({ body }) => body.length)).toEqual([
      LARGE.length,
      page().identity.body.length,
      'GET /other ""'.length,
      page().identity.body.length,
    ]);
    expect([served.length, handled]).toEqual([2, ["GET /other", "GET /page"]]);
  });

  test("is let go of in the end", async () => {
    const { connect, served, lane } = await serve({ keepAliveMs: 20 });
    const client = await connect();
    client.socket.pause();
    client.send(ask("GET /large"));
    await vi.waitUntil(() => served.length === 1, WAIT);
    await vi.waitUntil(() => client.end.destroyed && lane?.size === 0, WAIT);
  });

  test("and goes in the middle of an answer harms nobody", async () => {
    const { connect, served, lane } = await serve();
    const [client, other] = [await connect(), await connect()];
    client.socket.pause();
    client.send(ask("GET /large"));
    await vi.waitUntil(() => served.length === 1, WAIT);
    client.socket.resetAndDestroy();
    await vi.waitUntil(() => client.end.destroyed && lane?.size === 1, WAIT);
    other.send(HIT);
    expect((await other.answers(1))[0]?.status).toBe(200);
  });
});

describe("a connection", () => {
  test("on which nothing is asked is closed, and one that was used is not yet", async () => {
    const { connect, lane } = await serve({ firstRequestMs: 1_000 });
    const [used, unused] = [await connect(), await connect()];
    used.send(HIT);
    await used.answers(1);
    expect(await unused.ended()).toHaveLength(0);
    await vi.waitUntil(() => lane?.size === 1, WAIT);
    expect(used.end.destroyed).toBe(false);
  });

  test("that waits for its next request is closed after a while", async () => {
    const { connect, lane } = await serve({ keepAliveMs: 20 });
    const client = await connect();
    client.send(HIT);
    await client.ended();
    await vi.waitUntil(() => lane?.size === 0, WAIT);
  });

  test("that has gone over is closed when Node's server says so", async () => {
    const answers: (() => void)[] = [];
    const { connect } = await serve({
      firstRequestMs: 1_000,
      handler: (_request, response) => void answers.push(() => response.end("late")),
    });
    const [asked, unused] = [await connect(), await connect()];
    asked.send(ask("GET /other", "Connection: close"));
    await vi.waitUntil(() => answers.length === 1, WAIT);
    await unused.ended();
    for (const answer of answers) answer();
    expect((await asked.ended()).toString()).toMatch(/late/);
  });

  test("whose client has ended its side is answered and ended", async () => {
    const { connect, lane } = await serve();
    const client = await connect();
    client.socket.end(HIT, "latin1");
    expect((await client.ended()).toString()).toMatch(/<\/p>$/);
    await vi.waitUntil(() => client.end.destroyed && lane?.size === 0, WAIT);
  });
});

describe("at the end", () => {
  test("idle connections end, and answers under way are given whole", async () => {
    const { connect, drain, lane, served } = await serve();
    const [unused, idle, reading, gone] = [
      await connect(),
      await connect(),
      await connect(),
      await connect(),
    ];
    idle.send(HIT);
    gone.send(ask("GET /other"));
    reading.socket.pause();
    reading.send(ask("GET /large"));
    await Promise.all([idle.answers(1), gone.answers(1), vi.waitUntil(() => served.length === 2, WAIT)]);
    lane?.close();
    const drained = drain(NEVER_MS);
    await Promise.all([unused.ended(), idle.ended(), gone.ended()]);
    reading.socket.resume();
    expect((await reading.answers(1))[0]?.body.equals(LARGE)).toBe(true);
    await drained;
    expect(lane?.size).toBe(0);
  });

  test("a client that keeps its own side open does not hold it up", async () => {
    const { connect, lane, drain } = await serve();
    const client = await connect({ allowHalfOpen: true });
    client.send(HIT);
    await client.answers(1);
    lane?.close();
    await drain(NEVER_MS);
    expect(client.end.destroyed).toBe(true);
  });

  test("what is asked while the last answer is being read goes unheard", async () => {
    const { connect, lane, drain, served, handled } = await serve();
    const client = await connect();
    client.socket.pause();
    client.send(ask("GET /large"));
    await vi.waitUntil(() => served.length === 1, WAIT);
    lane?.close();
    const drained = drain(NEVER_MS);
    const read = client.end.bytesRead;
    const more = `${ask("POST /other", "Content-Length: 4")}body`;
    client.send(more);
    await vi.waitUntil(() => client.end.bytesRead === read + more.length, WAIT);
    client.socket.resume();
    await drained;
    expect([served.length, handled]).toEqual([1, []]);
  });

  test("a connection that comes while it begins is for Node's server, which says that it ends", async () => {
    const { connect, lane, drain, served, handled } = await serve({
      handler: (_request, response) => {
        void drain(NEVER_MS);
        response.end("last");
      },
    });
    lane?.close();
    const late = await connect();
    late.send(HIT);
    expect((await late.ended()).toString()).toMatch(/^connection: close\r\n.*last$/ims);
    expect([served, handled]).toEqual([[], ["GET /page"]]);
  });
});
