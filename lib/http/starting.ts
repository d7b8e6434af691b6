import type { RequestListener } from "node:http";
import { StoredAnswer } from "./page-cache/stored-answer";
import { securityHeaders } from "./security-headers";

export const LIVENESS_PATH = "/health/live";
const ALIVE = '{"status":"ok"}';

/** Answers while the site is being opened: alive, and not ready. */
export const starting: RequestListener = (request, response) => {
  const [path] = (request.url ?? "/").split("?", 1);
  if (path === LIVENESS_PATH) response.writeHead(200, fields("application/json")).end(ALIVE);
  else if (path === "/health")
    response
      .writeHead(503, fields("application/json", RETRY))
      .end('{"status":"unknown","checkedAt":null,"dependencies":{}}');
  else response.writeHead(503, fields("text/plain; charset=utf-8", RETRY)).end("Starting\n");
};

const RETRY = ["retry-after", "1"];

function fields(contentType: string, more: readonly string[] = []): string[] {
  return ["content-type", contentType, "cache-control", "no-store", ...more, ...securityHeaders()];
}

/** What the process says of itself that runs: out of memory, so that it says so also when it can do nothing else. */
export const liveness = new StoredAnswer({
  status: 200,
  fields: fields("application/json"),
  body: Buffer.from(ALIVE),
});
