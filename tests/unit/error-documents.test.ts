import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  ERROR_DOCUMENT_HEADER,
  type LoadErrorDocument,
  withErrorDocuments,
} from "@/lib/http/error-documents";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serve(handler: RequestListener, load: LoadErrorDocument): Promise<string> {
  const server = createServer(withErrorDocuments(handler, load)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  stops.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answer =
  (status: number, headers: Record<string, string>, body = "from the handler"): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.write(body);
    response.end();
  };

const html = { "content-type": "text/html; charset=utf-8" };
const named: LoadErrorDocument = async (status, path) => `document of ${status} for ${path}`;

describe("error documents", () => {
  test.each([404, 500])("a page's %i gets the document of its status and path", async (status) => {
    const origin = await serve(
      answer(status, { ...html, etag: '"1"', "content-encoding": "identity" }),
      named,
    );
    const response = await fetch(`${origin}/en/x?q=1`);
    expect([response.status, await response.text()]).toEqual([status, `document of ${status} for /en/x`]);
    expect(response.headers.get("etag")).toBeNull();
  });

  test("headers set before, and a status set without writeHead, count too", async () => {
    const origin = await serve((_request, response) => {
      response.statusCode = 404;
      response.setHeader("content-type", "text/html");
      response.setHeader("cache-control", "no-store");
      response.end("empty");
    }, named);
    const response = await fetch(`${origin}/x`);
    expect(await response.text()).toBe("document of 404 for /x");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    ["another status", answer(200, html)],
    ["content that is no page", answer(404, { "content-type": "application/json" })],
    ["an error document itself", answer(404, { ...html, [ERROR_DOCUMENT_HEADER]: "404" })],
  ])("%s is sent as it is", async (_name, handler) => {
    const response = await fetch(await serve(handler, named));
    expect(await response.text()).toBe("from the handler");
  });

  test("the router's own requests are left alone", async () => {
    const response = await fetch(await serve(answer(404, html), named), { headers: { rsc: "1" } });
    expect(await response.text()).toBe("from the handler");
  });

  test("HEAD has the length and no body", async () => {
    const response = await fetch(`${await serve(answer(404, html), named)}/x`, { method: "HEAD" });
    expect(response.headers.get("content-length")).toBe(String("document of 404 for /x".length));
    expect(await response.text()).toBe("");
  });

  test("a document that cannot be loaded leaves the status", async () => {
    const origin = await serve(answer(500, html), () => Promise.reject(new Error("down")));
    const response = await fetch(origin);
    expect([response.status, await response.text()]).toEqual([500, ""]);
  });
});
