import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createFront } from "@/lib/front";

test.each(["x-error-document", "next-action"])("Next never sees a visitor's %s", async (name) => {
  const seen: IncomingHttpHeaders[] = [];
  const front = createFront({
    handler(request, response) {
      seen.push(request.headers);
      response.end();
    },
    // Asked for nothing by what is not kept.
    cache: { moment: () => undefined } as never,
    files: new Map(),
    host: "localhost",
    openEvents: () => {
      throw new Error("not asked for");
    },
    environment: { maxRenders: 1, pageCacheBytes: 1_000_000, trustedProxies: { hops: 0, networks: null } },
  });
  const server = createServer(front.handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/crypto/dashboard-summary/refresh`;
    for (const method of ["GET", "POST"]) {
      await fetch(url, { method, headers: { [name]: "500", authorization: "Bearer x" } });
    }
    expect(seen.map((headers) => [headers.authorization, headers[name]])).toEqual([
      ["Bearer x", undefined],
      ["Bearer x", undefined],
    ]);
  } finally {
    server.close().closeAllConnections();
  }
});
