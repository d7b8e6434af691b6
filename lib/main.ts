/**
 * The production entry. Loaded by Node, not by Next's bundler: the build compiles it to
 * `.build/server.js`.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import nextEnv from "@next/env";
import next from "next";
import { type Environment, environment } from "./env";
import { PortUnavailableError, StartupError } from "./errors";
import { withErrorDocuments } from "./http/error-documents";
import { observed } from "./http/observed";
import { starting } from "./http/starting";
import { localizedPath, routing } from "./i18n/routing";
import { captureConsole, log } from "./log";
import { startServices, stopServices } from "./services";

/** Time for requests in flight to end after SIGTERM. */
const DRAIN_MS = 8_000;

/** Marks the requests of the server to itself; nobody else can know it. */
const OWN_REQUEST = { name: "x-own-request", value: randomUUID() };
const askMyself = (url: string) => fetch(url, { headers: { [OWN_REQUEST.name]: OWN_REQUEST.value } });

async function main(): Promise<void> {
  captureConsole();
  nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: log.error });
  const env = environment();
  let handle = starting;
  const server = createServer((request, response) => handle(request, response));
  // First of all, since a busy port is the commonest mistake and opening the database takes seconds.
  const port = await listen(server, env);
  const services = await startServices({
    ...env,
    port,
    siteUrl: env.port === 0 ? `http://localhost:${port}` : env.siteUrl,
  });
  stopOnSignal(server);

  // Next compares its own origin with that of a rewrite to tell inside from outside; "localhost" is the
  // name it takes all local addresses for, whatever address the socket listens on.
  const app = next({ dev: false, dir: process.cwd(), hostname: "localhost", port });
  await app.prepare();
  const nextHandler = app.getRequestHandler();
  const origin = loopback(env.host, port);
  const pages = withErrorDocuments(
    (request, response) => void nextHandler(request, response),
    async (status, path) => {
      const locale = path === "/en" || path.startsWith("/en/") ? "en" : "vi";
      const document = status === 404 ? "/missing" : "/failed";
      return (await askMyself(origin + localizedPath(locale, document))).text();
    },
  );
  const { http } = services.observability.metrics;
  handle = observed(pages, {
    trustedProxies: env.trustedProxies,
    isOwn: ({ headers }) => headers[OWN_REQUEST.name] === OWN_REQUEST.value,
    onBegin: http.begin,
    onEnd: http.end,
  });

  await warm(origin);
  const data = services.sampleData ? " (sample reports: their figures are made up)" : "";
  log.info(`The site is ready at http://localhost:${port}${data}`);
}

function listen(server: Server, { host, port }: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(new PortUnavailableError(host, port, error)),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Where this process reaches itself. */
function loopback(host: string, port: number): string {
  const address = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** Renders the pages that most visitors open first, before the first of them comes. */
async function warm(origin: string): Promise<void> {
  const paths = ["/", "/crypto_report", "/crypto_reports_list"];
  const urls = routing.locales.flatMap((locale) => paths.map((path) => origin + localizedPath(locale, path)));
  const results = await Promise.allSettled(
    urls.map(async (url) => {
      const response = await askMyself(url);
      await response.arrayBuffer();
      if (!response.ok && response.status !== 404) throw new Error(`${url} answered ${response.status}`);
    }),
  );
  for (const result of results) {
    if (result.status === "rejected") log.warn("a page could not be warmed", { error: result.reason });
  }
}

/** SIGTERM or SIGINT: no new connections, answers what is in flight, exits 0; a second signal exits at once. */
function stopOnSignal(server: Server): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info("stopping", { signal });
    const drained = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    await drained;
    await stopServices();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch(async (error: unknown) => {
  if (error instanceof StartupError) log.error(`Cannot start: ${error.message}`);
  else log.error("Cannot start", { error });
  await stopServices();
  process.exit(1);
});
