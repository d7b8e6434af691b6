/**
 * The production entry. Loaded by Node, not by Next's bundler: the build compiles it to
 * `.build/server.js`.
 */
import cluster from "node:cluster";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import nextEnv from "@next/env";
import { type Environment, environment } from "./env";
import { PortUnavailableError, StartupError } from "./errors";
import { openHitLane } from "./http/hit-lane";
import { configureServer, serverOptions } from "./http/server-options";
import { starting } from "./http/starting";
import { captureConsole, log } from "./log";
import { createFork, linkToPrimary, type PrimaryLink } from "./process/cluster";
import { contributeMetrics } from "./process/cluster-metrics";
import { createDrain } from "./process/drain";
import { answerMetricsRequests } from "./process/metrics-collection";
import { stopOnSignals } from "./process/signals";
import { supervise } from "./process/supervisor";
import { stopServices } from "./services";
import { openSite, type Site } from "./site";

/** Time for requests in flight to end after SIGTERM. */
const DRAIN_MS = 8_000;
/** A little more than the supervisor gives its workers. */
const LEADER_STOP_MS = 9_990;

/** One process that serves: the only one, or one of several workers. */
async function serve(env: Environment, primary: PrimaryLink | undefined): Promise<void> {
  let site: Site | undefined;
  const server = createServer(serverOptions, (request, response) =>
    (site?.handle ?? starting)(request, response),
  );
  const lane = openHitLane(server, {
    // A line for each request is what the usual way is for.
    find: (request) => (env.debug ? undefined : site?.find(request)),
    join: (request) => (env.debug ? undefined : site?.join(request)),
    exchangeFields: (request) => site?.exchangeFields(request) ?? [],
    onServed: (request, status) => site?.onServed(request, status),
    firstRequestMs: serverOptions.headersTimeout,
    keepAliveMs: serverOptions.keepAliveTimeout,
  });
  configureServer(server);
  const drain = createDrain(server);
  const stop = stopOnSignals(
    async (reason) => {
      if (!primary) log.info("stopping", { signal: reason });
      lane.close();
      site?.settle();
      await drain.drain(DRAIN_MS);
      await stopServices();
    },
    { ...(primary && { again: "ignore" as const }) },
  );
  primary?.onGone(() => stop("disconnect"));

  // Alone, first of all: a busy port is the commonest mistake, and opening the database takes a while. A worker
  // gets its share of the visitors as soon as it listens, and so does that when it is ready.
  const port = primary ? env.port : await listen(server, env);
  site = await openSite({ ...env, port, siteUrl: env.port === 0 ? urlOf(port) : env.siteUrl });
  if (!primary) return sayReady(port, site.sampleData);
  await listen(server, env);
  contributeMetrics(site.registry);
  await primary.tell({ type: "ready", url: urlOf(port) });
}

/** The primary of several workers. */
async function lead(env: Environment): Promise<void> {
  // Held for a moment only: whether it is free is to be known before any worker starts, and where 0 leads.
  const probe = createServer();
  const port = await listen(probe, env);
  await new Promise((resolve) => probe.close(resolve));
  answerMetricsRequests(cluster);
  const supervisor = supervise({
    workers: env.workers,
    fork: createFork(fileURLToPath(import.meta.url), { PORT: String(port) }),
    onReady: () => sayReady(port, false, env.workers),
    onFailure(reason) {
      log.error(`Cannot start: ${reason}`);
      process.exit(1);
    },
  });
  stopOnSignals(
    async (signal) => {
      log.info("stopping", { signal });
      await supervisor.stop();
    },
    { again: supervisor.kill, limitMs: LEADER_STOP_MS },
  );
}

const urlOf = (port: number) => `http://localhost:${port}`;

function sayReady(port: number, sampleData: boolean, workers = 1): void {
  const data = sampleData ? " (sample reports: their figures are made up)" : "";
  const processes = workers > 1 ? `, served by ${workers} workers` : "";
  log.info(`The site is ready at ${urlOf(port)}${processes}${data}`);
}

function listen(server: Server, { host, port }: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(new PortUnavailableError(host, port, error)),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

async function main(): Promise<void> {
  captureConsole();
  const primary = linkToPrimary();
  try {
    nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: log.error });
    const env = environment();
    if (env.workers > 1 && !primary) await lead(env);
    else await serve(env, primary);
  } catch (error) {
    const reason = error instanceof StartupError ? error.message : undefined;
    // The primary says it, once for all workers.
    if (primary && reason !== undefined) await primary.tell({ type: "failed", reason });
    else if (reason !== undefined) log.error(`Cannot start: ${reason}`);
    else log.error("Cannot start", { error });
    await stopServices();
    process.exit(1);
  }
}

void main();
