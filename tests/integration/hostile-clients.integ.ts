import { EventEmitter, once } from "node:events";
import { createServer, type RequestListener, type ServerOptions } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendRefusal } from "@/lib/http/refusal";
import { refusalOf } from "@/lib/http/request-guard";
import { configureServer, serverOptions } from "@/lib/http/server-options";
import { get, HOSTILE_REQUESTS } from "../support/hostile-requests";
import { answersIn, connectRaw, exchangeRaw, type RawAnswer } from "../support/raw-http";

interface GuardedServer {
  readonly port: number;
  /** URLs that got past the guard. */
  readonly reached: string[];
  close(): Promise<void>;
}

interface Patience extends ServerOptions {
  readonly idleMs?: number;
}

/** The guard and the settings of the site, around a handler that reads what it is sent. */
async function startGuarded(patience: Patience, handler: RequestListener = answerOk): Promise<GuardedServer> {
  const { idleMs = 10_000, ...times } = patience;
  const reached: string[] = [];
  const server = createServer({ ...serverOptions, ...times }, (request, response) => {
    response.setHeader("x-request-id", "7");
    const refusal = refusalOf(request);
    if (refusal !== null) return sendRefusal(response, refusal);
    reached.push(request.url ?? "");
    handler(request, response);
  });
  configureServer(server, { idleMs });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    reached,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const answerOk: RequestListener = (request, response) => {
  const answer = (body: string) => response.end(`read ${body.length}`);
  // The visitor may go before his body is complete.
  text(request).then(answer, () => {});
};

const brief = ({ status, body }: RawAnswer) => `${status} ${body}`;

const IMPATIENT = { headersTimeout: 200, requestTimeout: 300, connectionsCheckingInterval: 50 };

let server: GuardedServer;
let impatient: GuardedServer;

beforeAll(async () => {
  server = await startGuarded({});
  impatient = await startGuarded(IMPATIENT);
});
afterAll(async () => {
  await server?.close();
  await impatient?.close();
});

describe("is refused, and leaves the server healthy:", () => {
  test.each(HOSTILE_REQUESTS)("$name: $status", async ({ bytes, status, isSlow }) => {
    const { port, reached } = isSlow ? impatient : server;
    reached.length = 0;
    const answers = await exchangeRaw(port, bytes);
    expect(answers.map((answer) => answer.status)).toEqual([status]);
    expect(reached.filter((url) => url !== "/")).toEqual([]);

    const [answer] = answers;
    expect(answer?.headers.get("content-type")).toBe("application/problem+json");
    expect(answer?.headers.get("cache-control")).toBe("no-store");
    expect(answer?.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(answer?.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer?.headers.has("date")).toBe(true);
    expect(Number(answer?.headers.get("content-length"))).toBe(answer?.body.length);
    expect(JSON.parse(String(answer?.body))).toEqual({
      type: "about:blank",
      title: expect.stringMatching(/./),
      status,
      detail: expect.stringMatching(/./),
      code: expect.stringMatching(/^E_[A-Z_\d]+$/),
    });

    expect((await exchangeRaw(port, get("/"))).map(brief)).toEqual(["200 read 0"]);
  });
});

describe("a connection", () => {
  const statuses = async (bytes: string, port = server.port) =>
    (await exchangeRaw(port, bytes)).map(({ status }) => status);

  test("goes on after a request that was refused for its words alone", async () => {
    const bad = "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n";
    expect(await statuses(bad + get("/"))).toEqual([400, 200]);
  });

  test("gets what was set before the refusal as well, and no body when it asked for none", async () => {
    const [answer] = await exchangeRaw(server.port, get("/%00").replace("GET", "HEAD"));
    expect(answer && brief(answer)).toBe("400 ");
    expect(answer?.headers.get("x-request-id")).toBe("7");
    expect(answer?.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("ends after a request whose end is not certain", async () => {
    const twoHosts = "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
    expect(await statuses(twoHosts + get("/"))).toEqual([400]);
  });

  test("gets the answer to a good request before that to the bad one behind it", async () => {
    const good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    expect(await statuses(`${good}${good}nonsense\r\n\r\n`)).toEqual([200, 200, 400]);
  });

  test("is told nothing in the middle of an answer", async () => {
    const half = await startGuarded({}, (_request, response) => {
      response.writeHead(200, { "content-length": "10" }).write("half");
    });
    const broken = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\n";
    const client = await connectRaw(half.port);
    client.socket.once("data", () => {
      // Half of a body, and then the end: the parser reports it.
      client.socket.end("a");
    });
    client.send(broken);
    expect(answersIn(await client.ended(), { isOver: true }).map(brief)).toEqual(["200 half"]);
    await half.close();
  });

  test.each([
    [
      "a WebSocket",
      ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="],
    ],
    ["HTTP/2", ["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"]],
  ])("stays what it is when %s is asked for", async (_name, headers) => {
    const upgrade = ["GET / HTTP/1.1", "Host: a", "Connection: Upgrade, HTTP2-Settings", ...headers];
    const client = await connectRaw(server.port);
    client.socket.once("data", () => client.send(get("/")));
    client.send(`${upgrade.join("\r\n")}\r\n\r\n`);
    expect(answersIn(await client.ended(), { isOver: true }).map(brief)).toEqual([
      "200 read 0",
      "200 read 0",
    ]);
  });

  test("is told to send a body only when that may come", async () => {
    const expecting = (length: number, body: string) =>
      `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n${body}`;
    expect(await statuses(expecting(3, "abc"))).toEqual([100, 200]);
    expect(await statuses(expecting(65_537, ""))).toEqual([413]);
  });

  test("takes a body up to the limit", async () => {
    const body = "a".repeat(65_536);
    const bytes = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    expect((await exchangeRaw(server.port, bytes)).map(brief)).toEqual(["200 read 65536"]);
  });
});

test("a visitor who does not read his answer does not hold it for ever", async () => {
  const size = 64 * 1024 * 1024;
  const closed = new EventEmitter();
  const generous = await startGuarded({ idleMs: 200 }, (_request, response) => {
    response.once("close", () => closed.emit("close"));
    response.end(Buffer.alloc(size));
  });
  const letGo = once(closed, "close");
  let received = 0;
  const visitor = connect(generous.port, "127.0.0.1");
  visitor.write(get("/"));
  await letGo;
  visitor
    .on("error", () => {})
    .on("data", ({ length }) => {
      received += length;
    });
  await once(visitor, "close");
  expect(received).toBeLessThan(size);
  await generous.close();
});
