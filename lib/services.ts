import type { TieredCache } from "./cache";
import type { Environment } from "./env";
import type { AdminGuard } from "./http/admin-guard";
import type { RefreshGuard } from "./http/refresh-guard";
import type { Market } from "./market/market";
import type { Observability } from "./observability/observability";
import type { ReportChangeWatch } from "./reports/changes/watch-report-changes";
import type { Reports } from "./reports/reports";

/** The parts of the running site. */
export interface Services {
  readonly environment: Environment;
  readonly reports: Reports;
  /** True when the site shows the sample reports of the embedded database, and must say so. */
  readonly sampleData: boolean;
  readonly cache: TieredCache;
  readonly publishing: ReportChangeWatch;
  readonly market: Market;
  readonly observability: Observability;
  readonly admin: AdminGuard;
  readonly refreshes: RefreshGuard;
}

/** What `lib/wiring.ts` opened. */
export interface OpenServices {
  readonly services: Services;
  close(): Promise<void>;
}

// Next compiles routes, instrumentation and the production entry apart from each other: module state
// would exist several times in one process.
const KEY = Symbol.for("web-server-report.services");
const store = globalThis as { [KEY]?: Promise<OpenServices> };

/**
 * Opens what the site stands on, once a process: database, migrations, samples, worker threads.
 *
 * @param env default: that of the process
 * @throws StartupError with one clear line.
 */
export async function startServices(env?: Environment): Promise<Services> {
  store[KEY] ??= openServices(env);
  store[KEY].catch(() => {
    // The next call tries again: in development the database may come up after the site.
    delete store[KEY];
  });
  return (await store[KEY]).services;
}

/** In production they have long been opened by then, and no page loads the code for it a second time. */
async function openServices(env?: Environment): Promise<OpenServices> {
  const wiring = await import("./wiring");
  return wiring.openServices(env);
}

export const getServices = () => startServices();

/** Closes everything that `startServices` opened. */
export async function stopServices(): Promise<void> {
  const open = await store[KEY]?.catch(() => null);
  delete store[KEY];
  await open?.close();
}
