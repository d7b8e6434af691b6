import { once } from "node:events";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { buffer } from "node:stream/consumers";
import * as zlib from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createPublishedReports, type PublishedReports, reportHtml } from "../support/published-reports";
import { type RunningSite, startSite } from "../support/server";
import { startInstances } from "../support/site-instances";

const SECRET = "front-server-admin-secret";
const REPORTS = 25;
const NEWEST = REPORTS;
/** How long a change may take to be seen; a busy machine is slow and not wrong. */
const SEEN = { timeout: 30_000, interval: 50 };

let reports: PublishedReports;
let site: RunningSite;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  reports = await createPublishedReports(REPORTS);
  site = await startSite({ databaseUrl: reports.url, env: { AUTO_UPDATE_SECRET_KEY: SECRET } });
  await warmed();
});

afterAll(async () => {
  agent.destroy();
  await site?.stop();
  await reports?.drop();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** What `X-Cache` says. */
  readonly cache: string | undefined;
}

/** As it came: nothing is decoded, and no redirect followed. */
async function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const asking = request(site.url + path, { headers, method, agent }).end();
  const [response] = await once(asking, "response");
  const cache = response.headers["x-cache"];
  return { status: response.statusCode, headers: response.headers, body: await buffer(response), cache };
}

/** Pages that the site renders by itself when it starts: three kinds and what is missing, in both languages. */
const WARM_PAGES = 8;

/** Waits until it has. */
function warmed(): Promise<void> {
  return vi.waitFor(async () => {
    const metrics = (await ask("/metrics")).body.toString();
    expect(/^page_cache_entries (\d+)$/m.exec(metrics)?.[1]).toBe(String(WARM_PAGES));
  }, SEEN);
}

/** Asks until it is so. */
function askUntil(isSo: (answer: Answer) => boolean, path: string, headers?: Record<string, string>) {
  return vi.waitFor(async () => {
    const answer = await ask(path, headers);
    if (!isSo(answer)) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.headers)}`);
    return answer;
  }, SEEN);
}

const kept = (path: string, headers?: Record<string, string>) =>
  askUntil(({ cache }) => cache === "HIT", path, headers);

interface Pages {
  readonly entries: number;
  readonly bytes: number;
  readonly coalesced: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

async function pages(): Promise<Pages> {
  const { body } = await ask("/cache-stats", { authorization: `Bearer ${SECRET}` });
  return JSON.parse(body.toString()).pages;
}

describe("what happened", () => {
  test.each([
    "/",
    "/en",
    "/crypto_report",
    "/en/crypto_report",
    "/crypto_reports_list",
    "/en/crypto_reports_list",
  ])("%s is there from the start", async (path) => {
    const answer = await ask(path);
    expect([answer.status, answer.cache, answer.headers["server-timing"]]).toEqual([
      200,
      "HIT",
      "cache;desc=HIT",
    ]);
  });

  test.each([
    ["/crypto_report/3", "text/html; charset=utf-8"],
    ["/en/crypto_report/3", "text/html; charset=utf-8"],
    ["/crypto_reports_list?page=2", "text/html; charset=utf-8"],
    ["/en/crypto_reports_list?page=2", "text/html; charset=utf-8"],
    ["/rss.xml", "application/rss+xml; charset=utf-8"],
    ["/en/rss.xml", "application/rss+xml; charset=utf-8"],
    ["/sitemap.xml", "application/xml; charset=utf-8"],
    ["/robots.txt", "text/plain; charset=utf-8"],
  ])("%s is made once, and says so", async (path, type) => {
    const first = await ask(path);
    expect([first.status, first.cache, first.headers["content-type"]]).toEqual([200, "MISS", type]);
    expect(first.headers["server-timing"]).toMatch(/^cache;desc=MISS, handler;dur=\d+\.\d$/);
    expect(first.headers.age).toBeUndefined();

    const second = await ask(path);
    expect([second.status, second.cache, second.headers["content-type"]]).toEqual([200, "HIT", type]);
    expect(second.headers["server-timing"]).toBe("cache;desc=HIT");
    expect(Number(second.headers.age)).toBeGreaterThanOrEqual(0);
    expect(second.body.equals(first.body)).toBe(true);
  });

  test("a visitor who demands a new answer gets the kept one, which is right", async () => {
    await kept("/crypto_report/4");
    const answer = await ask("/crypto_report/4", { "cache-control": "no-cache", pragma: "no-cache" });
    expect(answer.cache).toBe("HIT");
  });
});

describe("a kept page", () => {
  const zstdDecompress =
    "zstdDecompressSync" in zlib ? [zlib.zstdDecompressSync as typeof zlib.gunzipSync] : [];

  test.each<[string, (body: Buffer) => Buffer]>([
    ["br", zlib.brotliDecompressSync],
    ["gzip", zlib.gunzipSync],
    ...zstdDecompress.map((decode): [string, (body: Buffer) => Buffer] => ["zstd", decode]),
  ])("is the same in %s", async (coding, decode) => {
    const plain = await kept("/crypto_report/5");
    const isCoded = ({ headers }: Answer) => headers["content-encoding"] === coding;
    const coded = await askUntil(isCoded, "/crypto_report/5", { "accept-encoding": coding });
    expect(decode(coded.body).equals(plain.body)).toBe(true);
    expect(coded.cache).toBe("HIT");
    expect(coded.headers.etag).toBe(`W/${plain.headers.etag}`);
    expect(coded.headers.vary).toMatch(/\baccept-encoding\b/);
    expect(coded.headers["content-length"]).toBe(String(coded.body.length));
  });

  test("need not be sent again to those who have it", async () => {
    const { headers } = await kept("/crypto_report/5");
    const etag = headers.etag as string;
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const answer = await ask("/crypto_report/5", { "if-none-match": tag, "accept-encoding": "gzip" });
      expect([answer.status, answer.cache, answer.body.length], tag).toEqual([304, "HIT", 0]);
      expect(answer.headers["content-security-policy"]).toBe(headers["content-security-policy"]);
    }
    expect((await ask("/crypto_report/5", { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("has a head of its own for HEAD", async () => {
    const { headers } = await kept("/crypto_report/5");
    const head = await ask("/crypto_report/5", {}, "HEAD");
    const changing = { date: "", age: "", "x-request-id": "" };
    expect({ ...head.headers, ...changing }).toEqual({ ...headers, ...changing });
    expect([head.status, head.cache, head.body.length]).toEqual([200, "HIT", 0]);
  });

  test("is one for all queries that mean nothing", async () => {
    const { body } = await kept("/crypto_report/5");
    const { entries } = await pages();
    for (let count = 0; count < 30; count++) {
      const answer = await ask(`/crypto_report/5?utm_source=${count}&_rsc=x${count}&page=${count}`);
      expect([answer.cache, answer.body.equals(body)]).toEqual(["HIT", true]);
    }
    expect((await pages()).entries).toBe(entries);
  });
});

describe("the client's own requests", () => {
  const PAGE = "/crypto_report/6";
  /** Where the client is, as it says it: a tree of segments. */
  const treeAt = (report: number) =>
    encodeURIComponent(
      JSON.stringify([
        "",
        {
          children: [
            ["locale", "vi", "d", null],
            {
              children: [
                "crypto_report",
                { children: [["id", String(report), "d", null], { children: ["__PAGE__", {}] }] },
              ],
            },
          ],
        },
        null,
        "refetch",
      ]),
    );
  const navigation = { rsc: "1", "next-router-state-tree": treeAt(2), "next-url": "/vi/crypto_report/2" };
  const ofTree = { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" };

  test("are kept apart from documents, and from each other", async () => {
    const requests = {
      document: {},
      navigation,
      prefetch: { rsc: "1", "next-router-prefetch": "1" },
      ofTree,
    };
    const bodies: string[] = [];
    for (const [name, headers] of Object.entries(requests)) {
      const first = await ask(PAGE, headers);
      const type = name === "document" ? "text/html; charset=utf-8" : "text/x-component";
      expect([first.status, first.cache, first.headers["content-type"]], name).toEqual([200, "MISS", type]);
      bodies.push(first.body.toString());
    }
    expect(bodies[1]).not.toBe(bodies[0]);
    expect(bodies[3]).not.toBe(bodies[1]);
    for (const [at, headers] of Object.values(requests).entries()) {
      const again = await ask(PAGE, headers);
      expect([again.cache, again.body.toString()]).toEqual(["HIT", bodies[at]]);
      expect(again.headers.vary?.split(", ")).toEqual(
        expect.arrayContaining(["rsc", "next-router-prefetch", "next-router-segment-prefetch"]),
      );
    }
  });

  test("are answered alike, wherever the client is, and whatever it adds to the address", async () => {
    const { body } = await kept(PAGE, navigation);
    const elsewhere = { ...navigation, "next-router-state-tree": treeAt(9), "next-url": "/en" };
    const answer = await ask(`${PAGE}?_rsc=1a2b3`, elsewhere);
    expect([answer.cache, answer.body.equals(body)]).toEqual(["HIT", true]);
  });

  test("do not fill the cache when they are made up", async () => {
    await kept(PAGE);
    const before = await pages();
    for (let count = 0; count < 60; count++) {
      const field = ["rsc", "next-router-prefetch", "next-router-segment-prefetch"][count % 3] as string;
      await ask(PAGE, { ...ofTree, [field]: `/made-up-${count}` });
    }
    const after = await pages();
    expect(after.entries).toBe(before.entries);
    expect((await ask(PAGE)).cache).toBe("HIT");
    // A navigation request with made-up values is at most one without them.
    const { body } = await kept(PAGE);
    expect(after.bytes - before.bytes).toBeLessThan(2 * 2 * body.length);
  });
});

describe("what is not there", () => {
  test("is one page a language, however many addresses are tried", async () => {
    const documents = await Promise.all([ask("/missing"), ask("/en/missing")]);
    const { entries } = await pages();
    for (let count = 0; count < 30; count++) {
      for (const [at, prefix] of ["", "/en"].entries()) {
        for (const path of [
          `/made-up-${count}`,
          `/crypto_report/0${count}`,
          `/crypto_reports_list?page=0${count}`,
        ]) {
          const answer = await ask(prefix + path);
          expect([answer.status, answer.body.equals(documents[at]?.body as Buffer)], prefix + path).toEqual([
            404,
            true,
          ]);
        }
      }
    }
    expect((await pages()).entries).toBeLessThanOrEqual(entries);
  });

  test("says so in the visitor's language", async () => {
    for (const [prefix, language] of [
      ["", "vi"],
      ["/en", "en"],
    ]) {
      for (const path of [
        `${prefix}/crypto_report/900000`,
        `${prefix}/nothing`,
        `${prefix}/crypto_reports_list?page=99`,
      ]) {
        const answer = await ask(path);
        expect([answer.status, answer.headers["content-type"]], path).toEqual([
          404,
          "text/html; charset=utf-8",
        ]);
        expect(answer.body.toString(), path).toMatch(new RegExp(`<html[^>]* lang="${language}"`));
      }
    }
  });

  test("costs no page its place", async () => {
    await kept("/crypto_report/7");
    for (let id = 900_001; id <= 900_040; id++) expect((await ask(`/crypto_report/${id}`)).status).toBe(404);
    expect((await ask("/crypto_report/7")).cache).toBe("HIT");
  });
});

test("that the process is alive is said out of memory, without asking the application", async () => {
  const answer = await ask("/health/live");
  expect([answer.status, answer.cache, answer.body.toString()]).toEqual([200, undefined, '{"status":"ok"}']);
  expect(answer.headers["cache-control"]).toBe("no-store");
});

test.each(["/status", "/en/status", "/health", "/metrics", "/cache-stats"])(
  "%s is never kept",
  async (path) => {
    const headers = { authorization: `Bearer ${SECRET}` };
    for (let count = 0; count < 3; count++) {
      const answer = await ask(path, headers);
      expect([answer.status, answer.cache], path).toEqual([200, "MISS"]);
      expect(answer.headers["cache-control"]).toMatch(/\bno-store\b/);
    }
  },
);

test.each([
  ["/crypto_report/5?lang=en&utm_source=x", "/en/crypto_report/5"],
  ["/crypto_report?id=5", "/crypto_report/5"],
  ["/vi", "/"],
  ["/en/", "/en"],
  ["/crypto_report/5/", "/crypto_report/5"],
])("%s leads to %s, on whatever host it was asked for", async (path, location) => {
  const answer = await ask(path, { host: "reports.example" });
  expect([answer.status, answer.headers.location]).toEqual([308, location]);
});

test("files of the build are immutable and compressed", async () => {
  const html = (await ask("/crypto_report/5")).body.toString();
  const paths = new Set(html.match(/\/_next\/static\/[\w./~%-]+\.(?:js|css)/g));
  expect(paths.size).toBeGreaterThan(3);
  for (const path of paths) {
    const [plain, coded] = [await ask(path), await ask(path, { "accept-encoding": "gzip, br" })];
    expect([plain.status, plain.headers["cache-control"]], path).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    const isCoded = coded.headers["content-encoding"] === "br";
    expect(isCoded || plain.body.length < 1_024, path).toBe(true);
    expect((isCoded ? zlib.brotliDecompressSync(coded.body) : coded.body).equals(plain.body), path).toBe(
      true,
    );
    const head = await ask(path, { "accept-encoding": "br" }, "HEAD");
    expect([head.status, head.body.length, head.headers["content-length"]]).toEqual([
      200,
      0,
      String(coded.body.length),
    ]);
    const again = await ask(path, { "if-none-match": plain.headers.etag as string });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  }
});

describe("a change", () => {
  test("of a row is on every page that shows it", async () => {
    const everywhere = [
      "/",
      "/crypto_report",
      `/crypto_report/${NEWEST}`,
      "/crypto_reports_list",
      "/rss.xml",
    ].flatMap((path) => [path, path === "/" ? "/en" : `/en${path}`]);
    for (const path of everywhere) await kept(path);
    const heading = "Words that were put in later";
    await reports.generator`
      UPDATE crypto_report SET html_content = ${reportHtml(heading)} WHERE id = ${NEWEST}`;
    const without = async () => {
      const answers = await Promise.all(everywhere.map((path) => ask(path)));
      return everywhere.filter((_, at) => !answers[at]?.body.includes(heading));
    };
    await expect.poll(without, SEEN).toEqual([]);
    // And never the old one again.
    for (let round = 0; round < 5; round++) expect(await without()).toEqual([]);
    for (const path of everywhere) await kept(path);
    expect(await without()).toEqual([]);
  });

  test("on demand empties the cache of pages too", async () => {
    const heading = "Words that nobody told the site of";
    const showing = ["/", `/crypto_report/${NEWEST}`];
    for (const path of showing) await kept(path);
    await reports.generator.begin(async (transaction) => {
      await transaction`SET LOCAL session_replication_role = replica`;
      await transaction`
        UPDATE crypto_report SET html_content = ${reportHtml(heading)} WHERE id = ${NEWEST}`;
    });
    const cleared = await ask("/clear-cache", { authorization: `Bearer ${SECRET}` }, "POST");
    expect([cleared.status, JSON.parse(cleared.body.toString()).cleared]).toEqual([200, true]);
    // Made anew when they are asked for, or before that: what is read is renewed.
    for (const path of showing) expect((await ask(path)).body.includes(heading), path).toBe(true);
    for (const path of showing) expect((await kept(path)).body.includes(heading), path).toBe(true);
  });
});

describe("1,000 visitors at once, of a page that nobody has asked for", () => {
  const visitors = Array.from({ length: 1_000 });

  test("wait for one answer", async () => {
    const before = await pages();
    const answers = await Promise.all(visitors.map(() => ask("/crypto_report/10")));
    const after = await pages();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.toString())).size).toBe(1);
    const difference = (outcome: string) => (after.outcomes[outcome] ?? 0) - (before.outcomes[outcome] ?? 0);
    // The first question of this test is counted as well, after its own answer.
    expect(difference("MISS") - 1 + difference("HIT")).toBe(1_000);
    expect(difference("MISS") - 1).toBe(after.coalesced - before.coalesced + 1);
  });

  test("are one render", async () => {
    const instances = await startInstances({ databaseUrl: reports.url });
    try {
      const answers = await instances.ask(
        "/crypto_report/11",
        visitors.map(() => 0),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await instances.renders("/vi/crypto_report/11")).toEqual([1]);
    } finally {
      await instances.stop();
    }
  });
});
