import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { createPageCache } from "@/lib/http/page-cache/page-cache";
import { cachedSite, FRESH, listening, origin } from "../support/page-cache";

const OF_THE_CONNECTION = {
  connection: "close, X-Hop , x-other",
  "keep-alive": "timeout=1",
  "proxy-authenticate": "Basic",
  "x-hop": "1",
  "x-other": "2",
  te: "trailers",
  trailer: "x-late",
  upgrade: "h2c",
};

describe.each([
  ["kept", FRESH],
  ["passed on", { "cache-control": "private" }],
])("of an answer that is %s", (_how, policy) => {
  test.each(["GET", "POST"])("fields about a connection stay behind (%s)", async (method) => {
    const site = await cachedSite(origin({ headers: { ...OF_THE_CONNECTION, ...policy, "x-kept": "yes" } }));
    for (let visit = 0; visit < 2; visit++) {
      const { headers } = await site.send({ method });
      expect(headers.connection).toBe("keep-alive");
      expect(headers["keep-alive"]).not.toBe("timeout=1");
      expect(headers["x-kept"]).toBe("yes");
      const named = ["proxy-authenticate", "x-hop", "x-other", "te", "trailer", "upgrade"];
      expect(Object.keys(headers).filter((name) => named.includes(name))).toEqual([]);
    }
  });
});

test("a body without a length, in parts and with trailers, is kept whole", async () => {
  const site = await cachedSite((_request, response) => {
    response.writeHead(200, { ...FRESH, trailer: "x-late", "transfer-encoding": "chunked" });
    response.write("one ");
    response.write(Buffer.from("two "));
    response.addTrailers({ "x-late": "1" });
    response.end("dGhyZWU=", "base64");
  });
  await site.get();
  const got = await site.get();
  expect(got).toMatchObject({ outcome: "HIT", text: "one two three" });
  expect(got.headers["content-length"]).toBe("13");
  expect(got.headers).not.toHaveProperty("transfer-encoding");
});

test("fields about the visitor's connection do not reach the handler", async () => {
  const handler = origin();
  const site = await cachedSite(handler);
  await site.get("/", { te: "trailers", "keep-alive": "5", "proxy-connection": "keep-alive", "x-own": "1" });
  const names = Object.keys(handler.asked[0]?.headers ?? {});
  expect(names).toEqual(["x-own", "host"]);
});

test("interim answers are not answers, and a handler that waits for them goes on", async () => {
  const site = await cachedSite((_request, response) => {
    response.writeContinue(() => {
      response.writeProcessing();
      response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" }, () => {
        response.writeHead(200, FRESH).end("the answer");
      });
    });
  });
  expect(await site.get()).toMatchObject({ status: 200, text: "the answer", outcome: "MISS" });
  expect(await site.get()).toMatchObject({ status: 200, text: "the answer", outcome: "HIT" });
});

test("204 has neither body nor length", async () => {
  const site = await cachedSite(origin({ status: 204, body: "" }));
  for (const outcome of ["MISS", "HIT"]) {
    const got = await site.get();
    expect(got).toMatchObject({ status: 204, outcome, text: "" });
    expect(got.headers).not.toHaveProperty("content-length");
  }
});

test("answers follow each other on a connection without a byte too many", async () => {
  const port = await listening(createPageCache()(origin({ headers: FRESH, body: "x".repeat(2_000) })));
  const socket = connect(port, "127.0.0.1");
  const ask = (method: string, fields = "") => `${method} / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
  socket.end(
    ask("GET") +
      ask("HEAD") +
      ask("GET", "If-None-Match: *\r\n") +
      ask("GET", "Range: bytes=0-1\r\n") +
      ask("GET", "Range: bytes=9999-\r\n") +
      ask("GET"),
  );
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "close");
  const statuses = text.match(/HTTP\/1\.1 \d+/g)?.map((line) => line.slice(9));
  expect(statuses).toEqual(["200", "200", "304", "206", "416", "200"]);
  expect(text.match(/x{2000}/g)).toHaveLength(2);
});

test("the fields that a server has set before are sent beside those of the answer", async () => {
  const cache = createPageCache()(
    origin({ headers: { "cache-control": "private", "set-cookie": ["a=1", "b=2"] } }),
  );
  const server = createServer((request, response) => {
    response.setHeader("x-request-id", "7");
    cache(request, response);
  });
  const port = await listening((request, response) => void server.emit("request", request, response));
  const { headers } = await fetch(`http://127.0.0.1:${port}/`);
  expect([headers.getSetCookie(), headers.get("x-request-id")]).toEqual([["a=1", "b=2"], "7"]);
});
