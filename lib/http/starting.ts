import type { RequestListener } from "node:http";

/** Answers while the site is being opened: alive, and not ready. */
export const starting: RequestListener = (request, response) => {
  const [path] = (request.url ?? "/").split("?", 1);
  const headers = { "content-type": "application/json", "cache-control": "no-store", "retry-after": "1" };
  if (path === "/health/live") response.writeHead(200, headers).end('{"status":"ok"}');
  else if (path === "/health") response.writeHead(503, headers).end('{"status":"unknown","dependencies":{}}');
  else response.writeHead(503, { ...headers, "content-type": "text/plain" }).end("Starting\n");
};
