import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePlainRequest } from "@/lib/http/plain-request";

/** A request with these lines after its first; `fields` without a host of their own get one. */
const get = (...fields: string[]) => `GET / HTTP/1.1\r\nHost: x\r\n${fields.join("\r\n")}\r\n\r\n`;

describe("plain is", () => {
  test.each<[string, string, object]>([
    [
      "a GET",
      "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n",
      { method: "GET", url: "/a?b=c", headers: { host: "x" } },
    ],
    ["a HEAD", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", { method: "HEAD", url: "/", headers: { host: "x" } }],
    ["names in any case", get("aCCept: b"), { headers: { host: "x", accept: "b" } }],
    ["no blank before a value", get("A:b"), { headers: { host: "x", a: "b" } }],
    ["blanks around a value", get("A: \t b \t "), { headers: { host: "x", a: "b" } }],
    ["blanks inside a value", get("A: b \t c"), { headers: { host: "x", a: "b \t c" } }],
    ["an empty value", get("A:", "B: \t"), { headers: { host: "x", a: "", b: "" } }],
    ["a colon in a value", get("A: b:c: d"), { headers: { host: "x", a: "b:c: d" } }],
    ["bytes above ASCII in a value", get("A: \xa0\xff\x80"), { headers: { host: "x", a: "\xa0\xff\x80" } }],
    ["what keeps the connection", get("Connection: Keep-Alive"), { method: "GET" }],
    ["cookies", get("Cookie: a=b; c=d"), { headers: { host: "x", cookie: "a=b; c=d" } }],
    ["100 fields", get(...Array.from({ length: 99 }, (_, n) => `X-${n}: y`)), { method: "GET" }],
  ])("%s", (_name, text, expected) => {
    expect(parsePlainRequest(text)).toMatchObject(expected);
  });
});

describe("not plain is", () => {
  test.each([
    ["nothing", ""],
    ["another method", "POST / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a method in lower case", "get / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\n\r\n"],
    ["HTTP/0.9", "GET /\r\n\r\n"],
    ["HTTP/1.10", "GET / HTTP/1.10\r\nHost: x\r\n\r\n"],
    ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["the absolute form", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["the authority form", "GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["the asterisk form", "GET * HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["no target", "GET  HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a tab after the target", "GET /x\tHTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a tab after the method", "GET\t/x HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a tab after the version", "GET /x HTTP/1.1\t\r\nHost: x\r\n\r\n"],
    ["two blanks after the target", "GET /x  HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a blank in the target", "GET /x y HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["bytes above ASCII in the target", "GET /\xe9 HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["NUL in the target", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a broken escape in the target", "GET /icon.png?%zz HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["dot segments in the target", "GET /a/../icon.png HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a target that is too long", `GET /icon.png?${"a".repeat(2_048)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ["an empty line before it", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["a bare LF after the first line", "GET / HTTP/1.1\nHost: x\r\n\r\n"],
    ["a bare LF after a field", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"],
    ["a bare LF at the end", "GET / HTTP/1.1\r\nHost: x\r\n\n"],
    ["a bare CR in a value", get("A: b\rc")],
    ["a bare CR at the end of a value", get("A: b\r")],
    ["CR CR LF", get("A: b\r\r")],
    ["NUL in a value", get("A: b\0c")],
    ["another control character in a value", get("A: b\x7fc")],
    ["vertical tab in a value", get("A: b\vc")],
    ["a folded line", get("A: b", " c")],
    ["a line folded by a tab", get("A: b", "\tc")],
    ["a blank before the colon", get("A : b")],
    ["a tab before the colon", get("A\t: b")],
    ["a blank before a name", "GET / HTTP/1.1\r\n Host: x\r\n\r\n"],
    ["a field without a name", get(": b")],
    ["a field without a colon", get("A")],
    ["a name with a bracket", get("A[]: b")],
    ["a name above ASCII", get("\xe9: b")],
    ["a field twice", get("A: b", "A: b")],
    ["a field twice in other cases", get("Accept: b", "ACCEPT: c")],
    ["a host twice", get("Host: y")],
    ["no host", "GET / HTTP/1.1\r\nA: b\r\n\r\n"],
    ["an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"],
    ["a host that can be none", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"],
    ["no field at all", "GET / HTTP/1.1\r\n\r\n"],
    ["a name that objects have", get("constructor: a")],
    ["the name of what objects inherit from", get("__proto__: a")],
    ["Content-Length: 0", get("Content-Length: 0")],
    ["a body", `${get("Content-Length: 1").slice(0, -2)}\r\nx`],
    ["a body without a length", `${get()}x`],
    ["a body that ends like a head", `${get("Content-Length: 5")}x\r\n\r\n`],
    ["chunks", get("Transfer-Encoding: chunked")],
    ["an empty coding of the transfer", get("Transfer-Encoding:")],
    ["a trailer", get("Trailer: a")],
    ["an expectation", get("Expect: 100-continue")],
    ["an upgrade", get("Connection: Upgrade", "Upgrade: websocket")],
    ["an upgrade that the connection does not name", get("Upgrade: h2c")],
    ["HTTP/2's settings", get("HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")],
    ["Connection: close", get("Connection: close")],
    ["an empty Connection", get("Connection:")],
    ["a connection with several options", get("Connection: keep-alive, te")],
    ["TE", get("TE: trailers")],
    ["a proxy's connection", get("Proxy-Connection: keep-alive")],
    ["a secret", get("Authorization: Bearer x")],
    ["a secret for a proxy", get("Proxy-Authorization: Basic x")],
    ["a cookie of an answer", get("Set-Cookie: a=b")],
    ["101 fields", get(...Array.from({ length: 100 }, (_, n) => `X-${n}: y`))],
    ["two requests", get() + get()],
    ["one and a half", get() + get().slice(0, 9)],
    ["an empty line too many", `${get()}\r\n`],
  ])("%s", (_name, text) => {
    expect(parsePlainRequest(text)).toBeNull();
  });

  test("any part of a request", () => {
    const whole = get("Accept: text/html", "Accept-Encoding: gzip");
    const parts = Array.from({ length: whole.length }, (_, length) => whole.slice(0, length));
    expect(parts.filter((part) => parsePlainRequest(part) !== null)).toEqual([]);
  });
});

test("blanks that nothing good follows take no more time than others", () => {
  // Were each way to divide them tried, this would go on for minutes.
  expect(parsePlainRequest(get(`A:${" ".repeat(200_000)}\0`))).toBeNull();
  expect(parsePlainRequest(get(`A: b${"\t ".repeat(100_000)}\0`))).toBeNull();
});

describe("beside Node's own parser", () => {
  /** What Node's own server takes from a connection. */
  let seen: { request: Pick<IncomingMessage, "method" | "url" | "headers">; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const read = { request: { method, url, headers }, body: "" };
    seen.push(read);
    read.body = (await buffer(request)).toString("latin1");
    response.end();
  });

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => void server.close());

  async function readByNode(text: string) {
    seen = [];
    const { port } = server.address() as AddressInfo;
    const received = await buffer(connect(port, "127.0.0.1").end(text, "latin1"));
    return { seen, statuses: received.toString("latin1").match(/^HTTP\/1\.1 \d+/gm) };
  }

  const NEXT = "GET /next HTTP/1.1\r\nHost: next\r\nConnection: close\r\n\r\n";
  const next = { method: "GET", url: "/next", headers: { host: "next", connection: "close" } };

  /** What is taken for one plain request is that for Node as well, and what comes after it another one. */
  async function agrees(text: string): Promise<void> {
    const plain = parsePlainRequest(text);
    fc.pre(plain !== null);
    const read = { request: plain, body: "" };
    expect(await readByNode(text + NEXT)).toEqual({
      seen: [read, { request: next, body: "" }],
      statuses: ["HTTP/1.1 200", "HTTP/1.1 200"],
    });
  }

  const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
  const bytes = (max: number, maxLength: number) =>
    fc.array(fc.integer({ min: 0, max }), { maxLength }).map((codes) => String.fromCharCode(...codes));
  /** What parsers are known to disagree about. */
  const trap = one(
    ...[
      "\r",
      "\n",
      "\r\n",
      "\r\n\r\n",
      "\n\n",
      "\r\r\n",
      "\0",
      " ",
      "\t",
      "\v",
      "\f",
      "\x7f",
      "\x85",
      "\xa0",
      "\xad",
    ],
    ...[
      ":",
      ",",
      ";",
      "#",
      "?",
      "%00",
      "\\",
      "//",
      '"',
      "=",
      "[",
      "{",
      "\xff",
      "\xc0\xaf",
      "HTTP/1.1",
      " HTTP/1.0",
      "GET ",
    ],
    ...[
      "Content-Length: 5\r\n",
      "Transfer-Encoding: chunked\r\n",
      "Transfer-Encoding : chunked\r\n",
      "\r\n X: y",
    ],
    ...[
      "Transfer-Encoding:\x0bchunked\r\n",
      "Host: y\r\n",
      "Upgrade: h2c\r\n",
      "Connection: close\r\n",
      "0\r\n\r\n",
    ],
    ...[
      "Expect: 100-continue\r\n",
      "GET /smuggled HTTP/1.1\r\nHost: y\r\n\r\n",
      "\x16\x03\x01",
      "__proto__: x\r\n",
    ],
  );
  const name = fc.oneof(
    one(
      "Accept",
      "Accept-Encoding",
      "Cookie",
      "Range",
      "If-None-Match",
      "Connection",
      "Keep-Alive",
      "X-A",
      "rsc",
    ),
    one(
      "Content-Length",
      "Transfer-Encoding",
      "Set-Cookie",
      "Te",
      "Content-Type",
      "_",
      "!#$%&'*+.^`|~",
      "Host ",
    ),
    bytes(127, 6),
  );
  const value = fc.oneof(
    one("", " ", "keep-alive", "0", "chunked", "*/*", "a, b", " \t x\t ", "a=b"),
    bytes(255, 12),
  );
  const field = fc
    .tuple(name, one(":", ": ", ":\t", " :", ""), value)
    .map((parts) => `${parts.join("")}\r\n`);
  const request = fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: one("GET", "HEAD") },
        { weight: 1, arbitrary: one("POST", "get", "PRI") },
      ),
      fc.oneof(
        one("/", "/a?b=c", "//x", "/#", "/a#b?c", "*", "http://x/"),
        bytes(127, 8).map((text) => `/${text}`),
      ),
      fc.oneof(
        { weight: 9, arbitrary: one("HTTP/1.1") },
        { weight: 1, arbitrary: one("HTTP/1.0", "HTTP/1.2") },
      ),
      fc.array(field, { maxLength: 5 }),
    )
    .map(([method, target, version, fields]) => {
      return `${method} ${target} ${version}\r\nHost: x\r\n${fields.join("")}\r\n`;
    });
  const changed = fc
    .tuple(
      request,
      fc.array(fc.tuple(fc.nat(), one(0, 0, 0, 1, 2, 5), fc.oneof(trap, bytes(255, 3))), { maxLength: 3 }),
    )
    .map(([text, changes]) =>
      changes.reduce((whole, [where, removed, inserted]) => {
        const at = where % (whole.length + 1);
        return whole.slice(0, at) + inserted + whole.slice(at + removed);
      }, text),
    );

  test("requests are the same for both", () =>
    fc.assert(fc.asyncProperty(request, agrees), { numRuns: 300 }));

  test("and so is what is left of them after changes", () =>
    fc.assert(fc.asyncProperty(changed, agrees), { numRuns: 300 }));

  test("a byte of any value, anywhere", async () => {
    const whole = "GET /a?b HTTP/1.1\r\nHost: x\r\nAccept: b c\r\n\r\n";
    const texts: string[] = [];
    for (let at = 0; at <= whole.length; at++) {
      for (let code = 0; code < 256; code++) {
        const byte = String.fromCharCode(code);
        // Letters and digits are the same to every parser.
        if (/[b-zA-Z1-9]/.test(byte)) continue;
        for (const after of [at, at + 1]) texts.push(whole.slice(0, at) + byte + whole.slice(after));
      }
    }
    const plain = texts.filter((text) => parsePlainRequest(text) !== null);
    expect(plain.length).toBeGreaterThan(1_000);
    for (const text of plain) await agrees(text);
  });

  test("bytes at random are no request, and do no harm", () => {
    const text = fc.uint8Array({ maxLength: 200 }).map((codes) => Buffer.from(codes).toString("latin1"));
    fc.assert(fc.property(text, (bytesAtRandom) => parsePlainRequest(bytesAtRandom) === null));
  });
});
