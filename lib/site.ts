import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import next from "next";
import type { Registry } from "prom-client";
import { type Environment, giveNextItsConfig } from "./env";
import { createFront } from "./front";
import type { HitLaneOptions } from "./http/hit-lane";
import { observed } from "./http/observed";
import { securityHeaders } from "./http/security-headers";
import { LIVENESS_PATH, liveness } from "./http/starting";
import { loadStaticFiles } from "./http/static-files";
import { log } from "./log";
import { shareOf } from "./process/share";
import { startServices } from "./services";

/** The running site, ready to be asked. */
export interface Site
  extends Pick<Required<HitLaneOptions>, "find" | "join" | "exchangeFields" | "onServed"> {
  readonly handle: RequestListener;
  readonly registry: Registry;
  /** True when the site shows the sample reports of the embedded database. */
  readonly sampleData: boolean;
  /** Begins nothing new, and ends the answers that would go on for ever. */
  settle(): void;
}

const YEAR_S = 31_536_000;
/** How long the site waits for its first pages before it says that it is ready. */
const WARM_MS = 400;
/** And not beyond this time after the start of its process, so that a slow machine is ready within two seconds too. */
const WARM_UNTIL_MS = 1_700;

/**
 * Opens everything that this process serves with, and begins to render the pages that most visitors open first.
 * `stopServices` closes it.
 *
 * @param env with the port that visitors use
 * @throws StartupError with one clear line
 */
export async function openSite(env: Environment): Promise<Site> {
  const services = await startServices({
    ...env,
    databasePoolMax: shareOf(env.databasePoolMax, env.workers),
  });
  const { config } = JSON.parse(await readFile(".next/required-server-files.json", "utf8"));
  giveNextItsConfig(config);
  // Next compares its own origin with that of a rewrite to tell inside from outside; "localhost" is the
  // name it takes all local addresses for, whatever address the socket listens on.
  // A server that never listens: on the one that does, Next would take upgrades over, and leave them hanging.
  const httpServer = createServer();
  const app = next({ dev: false, dir: process.cwd(), hostname: "localhost", port: env.port, httpServer });
  const [files] = await Promise.all([
    loadStaticFiles(
      [
        {
          folder: ".next/static",
          prefix: "/_next/static/",
          cacheControl: `public, max-age=${YEAR_S}, immutable`,
        },
        { folder: "public", prefix: "/", cacheControl: "public, max-age=3600" },
      ],
      securityHeaders(),
    ),
    app.prepare(),
  ]);
  const handler = app.getRequestHandler();
  const front = createFront({
    handler: (request, response) => handler(request, response),
    cache: services.cache,
    openEvents: services.market.streams.open,
    files: new Map(files).set(LIVENESS_PATH, liveness),
    host: `localhost:${env.port}`,
    environment: env,
  });
  const { http, pages } = services.observability.metrics;
  pages.watch(front.pages.stats, () => front.gate.stats().shed);
  let isEnding = false;
  const warmed = front.warm().catch((error: unknown) => {
    if (!isEnding) log.warn("pages could not be warmed", { error });
  });
  // What takes longer goes on: who comes meanwhile joins the render of the page, or starts that of another.
  const waitMs = Math.min(WARM_MS, Math.max(0, WARM_UNTIL_MS - performance.now()));
  await Promise.race([warmed, sleep(waitMs, undefined, { ref: false })]);
  const endRenewal = front.renewOnInvalidation();
  return {
    handle: observed(front.handle, {
      trustedProxies: env.trustedProxies,
      onBegin: http.begin,
      onEnd: http.end,
    }),
    find: front.find,
    join: front.join,
    exchangeFields: front.exchangeFields,
    onServed: ({ method = "GET", url = "/" }, status) => http.served(method, url, status),
    registry: services.observability.metrics.registry,
    sampleData: services.sampleData,
    settle() {
      isEnding = true;
      endRenewal();
      services.market.endStreams();
    },
  };
}
