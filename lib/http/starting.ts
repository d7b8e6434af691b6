import type { RequestListener } from "node:http";
import { securityHeaders } from "./security-headers";

/** Answers while the site is being opened: alive, and not ready. */
export const starting: RequestListener = (request, response) => {
  const [path] = (request.url ?? "/").split("?", 1);
  if (path === "/health/live") response.writeHead(200, fields("application/json")).end('{"status":"ok"}');
  else if (path === "/health")
    response.writeHead(503, fields("application/json")).end('{"status":"unknown","dependencies":{}}');
  else response.writeHead(503, fields("text/plain; charset=utf-8")).end("Starting\n");
};

function fields(contentType: string): string[] {
  return ["content-type", contentType, "cache-control", "no-store", "retry-after", "1", ...securityHeaders()];
}
