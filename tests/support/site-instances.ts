import { vi } from "vitest";
import { type RunningSite, type SiteOptions, startSite } from "./server";

/** Instances of the production build that tell of each page they render. */
export interface SiteInstances {
  readonly sites: readonly RunningSite[];
  /** A request to each instance named in `order` (0, 1, …), all at once. */
  ask(path: string, order: readonly number[]): Promise<Answer[]>;
  /** How often each instance has rendered a page so far; `path` is internal: `/vi/crypto_report/7`. */
  renders(path: string): Promise<number[]>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const DEADLINE_MS = 60_000;
/** Several starts at once, on a machine that may be busy with other tests. */
const START_LIMIT_MS = 180_000;

/** Started together. */
export async function startInstances(...options: readonly SiteOptions[]): Promise<SiteInstances> {
  const starts = await Promise.allSettled(
    options.map((each) =>
      startSite({ startLimitMs: START_LIMIT_MS, ...each, env: { DEBUG: "1", ...each.env } }),
    ),
  );
  const sites = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const stop = async () => void (await Promise.all(sites.map((site) => site.stop())));
  for (const start of starts) {
    if (start.status === "fulfilled") continue;
    await stop();
    throw start.reason;
  }
  await Promise.all(sites.map(warmed));
  let unusedId = 900_000;

  return {
    sites,
    stop,
    ask: (path, order) => Promise.all(order.map((index) => request(sites, index, path))),
    async renders(path) {
      // An instance prints in order: once it tells of a page that was asked for last, all is told.
      await Promise.all(
        sites.map(async (site, index) => {
          const last = `/crypto_report/${++unusedId}`;
          await request(sites, index, last);
          const isTold = () => countRenders(site, `/vi${last}`) > 0;
          await vi.waitFor(() => isTold() || Promise.reject(new Error(`${last} was not told`)), DEADLINE_MS);
        }),
      );
      return sites.map((site) => countRenders(site, path));
    },
  };
}

/** What a site renders as it starts is rendered: whoever asks for it waits for that. */
async function warmed(site: RunningSite): Promise<void> {
  for (const path of ["", "/crypto_report", "/crypto_reports_list"]) {
    for (const locale of ["", "/en"]) await (await fetch(site.url + locale + path)).text();
  }
}

async function request(sites: readonly RunningSite[], index: number, path: string): Promise<Answer> {
  const response = await fetch(`${sites[index]?.url}${path}`);
  return { status: response.status, body: await response.text() };
}

function countRenders(site: RunningSite, path: string): number {
  const isOfPath = (line: string) => line.includes("page rendered") && line.split(/[="\s]/).includes(path);
  return site.output().split("\n").filter(isOfPath).length;
}
