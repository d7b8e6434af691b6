import { describe, expect, test } from "vitest";
import { cachedSite, gate, origin, type Scripted } from "../support/page-cache";

/** Whether `path` is still a hit after a request that was answered like this. */
async function survives(method: string, answer: Scripted, path = "/page", target = "/page") {
  const handler = origin(({ method }) => (method === "GET" ? {} : answer));
  const site = await cachedSite(handler);
  await site.get(path);
  await site.send({ method, path: target });
  return (await site.get(path)).outcome === "HIT";
}

describe("what a request changed is asked for anew", () => {
  test.each([
    ["POST", 200],
    ["PUT", 204],
    ["DELETE", 200],
    ["PATCH", 303],
    ["PROPPATCH", 207],
  ])("%s answered with %d", async (method, status) => {
    expect(await survives(method, { status, headers: {}, body: "" })).toBe(false);
  });

  test.each(["/page?a=1", "/a/../page", "/a/./b", "//page", '/"page"', "/%zz"])(
    "%s as it stands",
    async (path) => {
      expect(await survives("POST", {}, path, path)).toBe(false);
    },
  );
});

describe("nothing is", () => {
  test.each([
    ["POST", 400],
    ["POST", 404],
    ["DELETE", 500],
    ["OPTIONS", 200],
    ["HEAD", 200],
  ])("after %s answered with %d", async (method, status) => {
    expect(await survives(method, { status, headers: {}, body: "" })).toBe(true);
  });

  test("under another URL", async () => {
    expect(await survives("POST", {}, "/page", "/other")).toBe(true);
    expect(await survives("POST", {}, "/page?a=1", "/page")).toBe(true);
  });
});

describe.each(["location", "content-location"])("%s", (name) => {
  const changing = (place: string, status = 201) =>
    survives("POST", { status, headers: { [name]: place }, body: "" }, "/page", "/form/here");

  test.each(["/page", "../page"])("%s goes with it", async (place) => {
    expect(await changing(place)).toBe(false);
  });

  test("of the same host goes with it, of another one does not", async () => {
    const handler = origin(({ method, headers, url }) => {
      const host = url === "/own" ? headers.host : "elsewhere.example";
      return method === "GET" ? {} : { headers: { [name]: `http://${host}/page` } };
    });
    const site = await cachedSite(handler);
    await site.get("/page");
    await site.send({ method: "POST", path: "/foreign" });
    expect((await site.get("/page")).outcome).toBe("HIT");
    await site.send({ method: "POST", path: "/own" });
    expect((await site.get("/page")).outcome).toBe("MISS");
  });

  test("that is no URL harms nobody", async () => {
    expect(await changing("http://[", 200)).toBe(true);
  });

  test("of what failed says nothing", async () => {
    expect(await changing("/page", 409)).toBe(true);
  });
});

test("a host that cannot stand in a URL harms nobody", async () => {
  const site = await cachedSite(origin({ headers: { location: "/page" } }));
  const got = await site.send({ method: "POST", headers: { host: "a b[" } });
  expect(got.status).toBe(200);
});

test("an answer that was under way during the change is not kept", async () => {
  const slow = gate();
  const handler = origin(async ({ method }, call) => {
    if (call === 1) await slow.opened;
    return { body: method === "GET" ? `read ${call}` : "changed" };
  });
  const site = await cachedSite(handler);
  const before = site.get();
  await expect.poll(() => handler.asked.length).toBe(1);
  await site.send({ method: "POST" });
  const after = site.get();
  expect(await after).toMatchObject({ text: "read 3", outcome: "MISS" });
  slow.open();
  expect((await before).text).toBe("read 1");
  expect(await site.get()).toMatchObject({ text: "read 3", outcome: "HIT" });
});

test("method, body and fields reach the handler, its answer the visitor, and nothing is kept", async () => {
  const seen: string[] = [];
  const site = await cachedSite(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push(`${request.method} ${request.url} ${request.headers["x-own"]} ${body}`);
    response.setHeader("set-cookie", ["a=1", "b=2"]);
    response.writeHead(201, { "cache-control": "max-age=60" }).end("made");
  });
  const asking = { method: "POST", path: "/form?a=1", headers: { "x-own": "yes" }, body: "content" };
  for (let time = 0; time < 2; time++) {
    const got = await site.send(asking);
    expect(got).toMatchObject({ status: 201, text: "made" });
    expect(got.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  }
  expect(seen).toEqual(["POST /form?a=1 yes content", "POST /form?a=1 yes content"]);
  expect(site.cache.stats().entries).toBe(0);
});

test("a handler that fails, or never answers, is an error for the one who asked", async () => {
  const failing = await cachedSite(() => {
    throw new Error("broken");
  });
  expect((await failing.send({ method: "POST" })).status).toBe(502);
  const silent = await cachedSite(() => {}, { handlerLimitMs: 5 });
  expect((await silent.send({ method: "POST" })).status).toBe(504);
});

test("a place is held until the answer begins, not until the visitor has read it", async () => {
  const slow = gate();
  const places = { taken: 0, held: 0 };
  const site = await cachedSite(
    async (_request, response) => {
      response.writeHead(200).write("begun");
      await slow.opened;
      response.end();
    },
    {
      admit: async () => {
        places.taken++;
        places.held++;
        return () => void places.held--;
      },
    },
  );
  const asking = site.send({ method: "POST" });
  await expect.poll(() => places).toEqual({ taken: 1, held: 0 });
  slow.open();
  expect((await asking).text).toBe("begun");
  expect(places).toEqual({ taken: 1, held: 0 });
});
