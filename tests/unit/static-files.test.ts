import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendAnswer } from "@/lib/http/page-cache/send-answer";
import { findStaticFile, loadStaticFiles, type StaticFiles } from "@/lib/http/static-files";
import { connectRaw, type RawAnswer } from "../support/raw-http";

const IMMUTABLE = "public, max-age=31536000, immutable";
const MODIFIED = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const SCRIPT = "console.log('a script');\n".repeat(200);
/** Tells what was made before from what is made here: it says something else. */
const PREPARED = "console.log('prepared');\n".repeat(200);

let folder: string;
let files: StaticFiles;
let port: number;
const server = createServer((request, response) => {
  const answer = findStaticFile(files, request.url ?? "");
  if (answer) sendAnswer(request, response, { answer, fields: [] });
  else response.writeHead(404, { "content-length": 0 }).end();
});

async function put(name: string, content: string | Buffer): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await utimes(path, MODIFIED, MODIFIED);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "static-files-"));
  await put("secret.txt", "outside");
  await put("build/chunks/app.js", SCRIPT);
  await put("build/chunks/app.js.br", brotliCompressSync(PREPARED));
  await put("build/chunks/app.js.gz", gzipSync(PREPARED));
  await put("build/chunks/app.js.zst", "for Nodes that have it");
  await put("build/chunks/plain.css", "a { color: red }\n".repeat(200));
  await put("build/tiny.js", "1");
  await put("build/archive.gz", "a file of its own");
  await put("build/app/[locale]/page a?b#c%é.js", SCRIPT);
  await put("public/picture.PNG", Buffer.alloc(4_000, "png"));
  await symlink(join(folder, "secret.txt"), join(folder, "public/link.txt"));
  await symlink(folder, join(folder, "public/all"));
  await symlink("nowhere", join(folder, "public/broken"));
  files = await loadStaticFiles(
    [
      { folder: join(folder, "build"), prefix: "/_next/static/", cacheControl: IMMUTABLE },
      { folder: join(folder, "public"), prefix: "/", cacheControl: "public, max-age=3600" },
    ],
    ["x-content-type-options", "nosniff"],
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** Over a raw connection: `fetch` would mend the path. */
async function ask(target: string, fields: readonly string[] = [], method = "GET"): Promise<RawAnswer> {
  const client = await connectRaw(port);
  client.send(`${[`${method} ${target} HTTP/1.1`, "Host: x", ...fields].join("\r\n")}\r\n\r\n`);
  const [answer] = await client.answers(1, [method]);
  client.socket.destroy();
  return answer as RawAnswer;
}

const field = ({ head }: RawAnswer, name: string) => new RegExp(`^${name}: (.*?)\\r?$`, "im").exec(head)?.[1];

describe("a file", () => {
  test("has its type, its lifetime, validators and the fields of all", async () => {
    const answer = await ask("/_next/static/chunks/app.js");
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe(SCRIPT);
    expect(field(answer, "content-type")).toBe("text/javascript; charset=utf-8");
    expect(field(answer, "cache-control")).toBe(IMMUTABLE);
    expect(field(answer, "last-modified")).toBe("Fri, 02 Jan 2026 03:04:05 GMT");
    expect(field(answer, "etag")).toMatch(/^"[\w-]{22}"$/);
    expect(field(answer, "x-content-type-options")).toBe("nosniff");
    expect(field(answer, "vary")).toBe("accept-encoding");
    expect(field(answer, "content-length")).toBe(String(SCRIPT.length));
  });

  test.each([
    ["/_next/static/chunks/plain.css", "text/css; charset=utf-8"],
    ["/picture.PNG", "image/png"],
    ["/_next/static/archive.gz", "application/octet-stream"],
  ])("%s is %s", async (target, type) => {
    expect(field(await ask(target), "content-type")).toBe(type);
  });

  test("is the same whatever its query says", async () => {
    expect((await ask("/_next/static/tiny.js?dpl=1&x=/../")).body.toString()).toBe("1");
    expect((await ask("/_next/static/tiny.js?")).status).toBe(200);
  });

  test("is found by its name as browsers write it", async () => {
    const written = new URL(
      `/_next/static/app/${encodeURIComponent("[locale]")}/${encodeURIComponent("page a?b#c%é.js")}`,
      "http://x",
    ).pathname;
    expect((await ask(written)).status).toBe(200);
  });

  test("need not be sent again", async () => {
    const target = "/_next/static/chunks/app.js";
    const etag = field(await ask(target), "etag");
    for (const condition of [
      `If-None-Match: ${etag}`,
      `If-None-Match: W/${etag}`,
      "If-Modified-Since: Fri, 02 Jan 2026 03:04:05 GMT",
    ]) {
      const answer = await ask(target, [condition]);
      expect([answer.status, answer.body.length, field(answer, "etag")], condition).toEqual([304, 0, etag]);
      expect(field(answer, "cache-control")).toBe(IMMUTABLE);
    }
    expect((await ask(target, ["If-Modified-Since: Fri, 02 Jan 2026 03:04:04 GMT"])).status).toBe(200);
  });

  test("is sent in part, and its head alone", async () => {
    const part = await ask("/picture.PNG", ["Range: bytes=1-3"]);
    expect([part.status, part.body.toString(), field(part, "content-range")]).toEqual([
      206,
      "ngp",
      "bytes 1-3/4000",
    ]);
    expect((await ask("/picture.PNG", ["Range: bytes=4000-"])).status).toBe(416);
    const head = await ask("/picture.PNG", [], "HEAD");
    expect([head.status, field(head, "content-length")]).toEqual([200, "4000"]);
  });
});

describe("a coding", () => {
  test.each<[string, (body: Buffer) => Buffer]>([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ])("%s is what the build made", async (coding, decode) => {
    const answer = await ask("/_next/static/chunks/app.js", [`Accept-Encoding: ${coding}`]);
    expect(field(answer, "content-encoding")).toBe(coding);
    expect(decode(answer.body).toString()).toBe(PREPARED);
    expect(field(answer, "etag")).toBe(`W/${field(await ask("/_next/static/chunks/app.js"), "etag")}`);
  });

  test.each<[string, (body: Buffer) => Buffer]>([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ])("%s is made here where the build made none", async (coding, decode) => {
    const target = "/_next/static/chunks/plain.css";
    const answer = await ask(target, [`Accept-Encoding: ${coding}`]);
    expect(field(answer, "content-encoding")).toBe(coding);
    expect(decode(answer.body)).toEqual((await ask(target)).body);
  });

  test("is none where it would gain nothing", async () => {
    for (const target of ["/picture.PNG", "/_next/static/tiny.js", "/_next/static/archive.gz"]) {
      const answer = await ask(target, ["Accept-Encoding: br, gzip"]);
      expect([answer.status, field(answer, "content-encoding"), field(answer, "vary")], target).toEqual([
        200,
        undefined,
        undefined,
      ]);
    }
  });
});

describe("no file is", () => {
  test.each([
    "/_next/static/",
    "/_next/static/chunks",
    "/_next/static/chunks/",
    "/_next/static/chunks/app.js/",
    "/_next/static/chunks/app.js.br",
    "/_next/static/chunks/app.js.gz",
    "/_next/static/chunks/app.js.zst",
    "/_next/static/../secret.txt",
    "/_next/static/%2e%2e/secret.txt",
    "/_next/static/..%2fsecret.txt",
    "/../secret.txt",
    "//secret.txt",
    "/_next/static//tiny.js",
    "/_next/static/chunks/../tiny.js",
    "/_next/static/tiny.js%00",
    "/link.txt",
    "/all/secret.txt",
    "/all/build/tiny.js",
    "/broken",
    "/",
    "/constructor",
    "/__proto__",
  ])("%s", async (target) => {
    expect((await ask(target)).status).toBe(404);
  });
});

test("a folder that is not there is an error, and not an empty site", async () => {
  const missing = { folder: join(folder, "missing"), prefix: "/", cacheControl: "" };
  await expect(loadStaticFiles([missing], [])).rejects.toThrow("ENOENT");
});
