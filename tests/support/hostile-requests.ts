/** Bytes that no well-meaning client sends, and what a server is to make of them. */
export interface HostileRequest {
  readonly name: string;
  readonly bytes: string | Buffer;
  readonly status: number;
  /** The client stops in the middle; the answer comes when the server's patience is over. */
  readonly isSlow?: true;
}

/** An ordinary request that the connection is to be closed after. */
export function get(target: string, ...headers: readonly string[]): string {
  return `${["GET", target, "HTTP/1.1"].join(" ")}\r\n${["Host: a", "Connection: close", ...headers].join("\r\n")}\r\n\r\n`;
}

function post(headers: readonly string[], body: string): string {
  return `POST / HTTP/1.1\r\n${["Host: a", ...headers].join("\r\n")}\r\n\r\n${body}`;
}

/** What a server that takes the first request for shorter than it is would answer. */
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

const CLIENT_HELLO = Buffer.from(
  "16030100520100004e0303000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f000002130101000023",
  "hex",
);

const URLS: readonly (readonly [string, number])[] = [
  [`/${"a".repeat(2_048)}`, 414],
  ["/%", 400],
  ["/%zz", 400],
  ["/%00", 400],
  ["/?q=%00", 400],
  ["/?q=%0d%0aset-cookie:a", 400],
  ["/%2e%2e/etc/passwd", 400],
  ["/a/../../etc/passwd", 400],
  ["/..%5c..%5cetc", 400],
  ["/..\\..\\etc", 400],
  ["/%c0%af", 400],
  ["/%e0%80%af", 400],
  ["/%ff", 400],
  ["/\xe9", 400],
  ["/\x01", 400],
  ["//other.example/", 400],
  ["http://other.example/", 400],
  ["*", 400],
  ["other.example:443", 400],
];

const METHODS: readonly (readonly [string, number])[] = [
  ["TRACE", 405],
  ["PROPFIND", 405],
  ["PURGE", 405],
  ["M-SEARCH", 405],
  ["FROBNICATE", 400],
  ["get", 400],
];

const FRAMINGS: readonly (readonly [string, readonly string[], string, number])[] = [
  [
    "Transfer-Encoding and Content-Length",
    ["Content-Length: 6", "Transfer-Encoding: chunked"],
    `0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  [
    "Content-Length and Transfer-Encoding",
    ["Transfer-Encoding: chunked", "Content-Length: 6"],
    `0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  ["two different Content-Lengths", ["Content-Length: 0", "Content-Length: 39"], SMUGGLED, 400],
  ["two equal Content-Lengths", ["Content-Length: 39", "Content-Length: 39"], SMUGGLED, 400],
  ["a list as Content-Length", ["Content-Length: 0, 39"], SMUGGLED, 400],
  ["Content-Length with a sign", ["Content-Length: +0"], SMUGGLED, 400],
  ["negative Content-Length", ["Content-Length: -1"], SMUGGLED, 400],
  ["Content-Length with a space in it", ["Content-Length: 3 9"], SMUGGLED, 400],
  ["hexadecimal Content-Length", ["Content-Length: 0x27"], SMUGGLED, 400],
  ["empty Content-Length", ["Content-Length:"], SMUGGLED, 400],
  ["Content-Length beyond any number", ["Content-Length: 99999999999999999999999"], "", 400],
  ["Transfer-Encoding that is not chunked", ["Transfer-Encoding: gzip"], SMUGGLED, 411],
  [
    "Transfer-Encoding not chunked at last",
    ["Transfer-Encoding: chunked, identity"],
    `0\r\n\r\n${SMUGGLED}`,
    400,
  ],
  ["Transfer-Encoding in disguise", ["Transfer-Encoding: xchunked"], `0\r\n\r\n${SMUGGLED}`, 411],
  ["a chunked body", ["Transfer-Encoding: chunked"], "0\r\n\r\n", 411],
  ["a chunk size that is no number", ["Transfer-Encoding: chunked"], `zz\r\n${SMUGGLED}`, 411],
  ["a chunk size beyond any number", ["Transfer-Encoding: chunked"], `fffffffffffffffff\r\n${SMUGGLED}`, 411],
  ["a chunk longer than its size", ["Transfer-Encoding: chunked"], `1\r\nabc\r\n0\r\n\r\n${SMUGGLED}`, 411],
  ["a body that is too large", ["Content-Length: 65537"], "a".repeat(65_537), 413],
  ["a body that is far too large", ["Content-Length: 8000000"], "a".repeat(8_000_000), 413],
  ["an expectation that cannot be met", ["Expect: a-miracle", "Content-Length: 39"], SMUGGLED, 417],
];

const HEADS: readonly (readonly [string, string, number])[] = [
  ["a space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello", 400],
  ["a header without a name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400],
  ["a header without a colon", "GET / HTTP/1.1\r\nHost: a\r\nabc\r\n\r\n", 400],
  ["a header that begins with a space", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400],
  ["a header folded over two lines", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", 400],
  ["NUL in a header", "GET / HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n", 400],
  ["a lone CR in a header", "GET / HTTP/1.1\r\nHost: a\r\nA: b\rContent-Length: 5\r\n\r\n", 400],
  ["lines that end in LF alone", "GET / HTTP/1.1\nHost: a\n\n", 400],
  ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
  ...["a b", "a@b/../c", "a,b", "<script>"].map(
    (host) => [`the Host ${host}`, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400] as const,
  ),
  ["HTTP/0.9", "GET /\r\n\r\n", 400],
  ["HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 400],
  ["HTTP/3.0", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 400],
  ["another protocol", "SSH-2.0-OpenSSH_9.9\r\n", 400],
  ["HTTP/2 without notice", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["a space in the URL", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ["CONNECT", "CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n", 405],
  ["headers of 17 KiB", get("/", `A: ${"b".repeat(17 * 1024)}`), 431],
  ["headers of 1 MiB", get("/", `A: ${"b".repeat(1024 * 1024)}`), 431],
  ["101 headers", get("/", ...Array.from({ length: 99 }, () => "A: b")), 431],
  ["4,000 headers", get("/", ...Array.from({ length: 4_000 }, () => "A:")), 431],
];

const SLOW: readonly (readonly [string, string, number])[] = [
  ["a connection that says nothing", "", 408],
  ["a request line that does not end", "GET /", 408],
  ["headers that do not end", "GET / HTTP/1.1\r\nHost: a\r\nA: b", 408],
  ["a body that does not come", post(["Content-Length: 5"], ""), 408],
  ["a body that does not end", post(["Content-Length: 5"], "abc"), 408],
];

/** Each is to be answered with its status and nothing else, over a connection that is closed then. */
export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  ...URLS.map(([url, status]) => ({ name: `the URL ${url.slice(0, 30)}`, bytes: get(url), status })),
  ...METHODS.map(([method, status]) => ({
    name: `the method ${method}`,
    bytes: get("/").replace("GET", method),
    status,
  })),
  ...FRAMINGS.map(([name, headers, body, status]) => ({ name, bytes: post(headers, body), status })),
  ...HEADS.map(([name, bytes, status]) => ({ name, bytes, status })),
  { name: "TLS on a port without it", bytes: CLIENT_HELLO, status: 400 },
  ...SLOW.map(([name, bytes, status]) => ({ name, bytes, status, isSlow: true as const })),
];
