import type { Worker } from "node:cluster";
import type { EventEmitter } from "node:events";
import { AggregatorRegistry } from "prom-client";
import { log } from "../log";
import { isMetricsMessage, type Snapshot, type ToWorker } from "./metrics-messages";

const LIMIT_MS = 3_000;

/** As much of a worker as is needed here. */
export type Contributor = Pick<Worker, "id" | "isConnected"> & { send(message: ToWorker): unknown };

/** Those that answer, and what each said last. */
type Contributions = Map<Contributor, Snapshot>;

interface Collection {
  readonly missing: Set<Contributor>;
  readonly finish: (complete: boolean) => void;
}

/**
 * What the primary does so that a worker can answer for all: it asks each, and adds up as each metric says
 * (`aggregator`). prom-client's own `clusterMetrics` asks also workers that have not started yet, and fails
 * when one ends meanwhile.
 */
export function answerMetricsRequests(cluster: Pick<EventEmitter, "on">, limitMs: number = LIMIT_MS): void {
  const contributions: Contributions = new Map();
  const collections = new Map<number, Collection>();
  /** What workers that have ended had counted: without it sums would fall, and look like a restart. */
  let past: Promise<Snapshot> = Promise.resolve([]);
  let ids = 0;
  let underWay: Promise<string | undefined> | undefined;

  /** @returns whether each worker has contributed, in time */
  async function collect(): Promise<boolean> {
    const id = ++ids;
    let limit: NodeJS.Timeout | undefined;
    try {
      return await new Promise<boolean>((resolve) => {
        limit = setTimeout(() => resolve(false), limitMs);
        const missing = new Set([...contributions.keys()].filter((worker) => worker.isConnected()));
        collections.set(id, { missing, finish: resolve });
        for (const worker of missing) worker.send({ type: "metrics:collect", id });
        if (missing.size === 0) resolve(true);
      });
    } finally {
      clearTimeout(limit);
      collections.delete(id);
    }
  }

  async function aggregate(): Promise<string | undefined> {
    try {
      if (!(await collect())) return undefined;
      // Taken together: a worker that ends now is in one of them.
      const [before, now] = [past, [...contributions.values()]];
      return await sum([await before, ...now]).metrics();
    } catch (error) {
      log.error("metrics cannot be added up", { error });
      return undefined;
    }
  }

  async function answer(worker: Contributor, id: string): Promise<void> {
    // Also those who ask several workers at once are one.
    underWay ??= aggregate().finally(() => {
      underWay = undefined;
    });
    const text = await underWay;
    if (worker.isConnected())
      worker.send({ type: "metrics:answer", id, ...(text !== undefined && { text }) });
  }

  function done(worker: Contributor, collection: Collection | undefined): void {
    if (collection?.missing.delete(worker) && collection.missing.size === 0) collection.finish(true);
  }

  cluster.on("message", (worker: Contributor, message: unknown) => {
    if (!isMetricsMessage(message)) return;
    if (message.type === "metrics:offer") contributions.set(worker, []);
    if (message.type === "metrics:ask") void answer(worker, message.id);
    if (message.type === "metrics:snapshot" && contributions.has(worker)) {
      contributions.set(worker, message.snapshot);
      done(worker, collections.get(message.id));
    }
  });

  cluster.on("disconnect", (worker: Contributor) => {
    const last = contributions.get(worker);
    if (last) past = past.then((before) => sum([before, last.filter(lasts)]).getMetricsAsJSON());
    contributions.delete(worker);
    for (const collection of collections.values()) done(worker, collection);
  });
}

function sum(snapshots: Snapshot[]) {
  return AggregatorRegistry.aggregate(snapshots);
}

/** A gauge of a process that has ended says nothing. The type is a text, and declared to be a number. */
function lasts({ type }: Snapshot[number]): boolean {
  return String(type) !== "gauge";
}
