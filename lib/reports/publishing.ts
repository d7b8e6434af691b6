import { setTimeout as sleep } from "node:timers/promises";
import type { CacheTag } from "../cache";
import type { OpenNoticeConnection } from "../clients/notice-connection";
import { tagsOfChange } from "./cache-tags";
import { type ReportChangeWatch, watchReportChanges } from "./changes/watch-report-changes";

export interface PublishingOptions {
  /** Makes readers get anew what carries one of the tags. */
  readonly invalidate: (tags: readonly CacheTag[]) => Promise<unknown>;
  readonly open: OpenNoticeConnection;
  readonly told: "trigger" | "embedded";
  /** Milliseconds to wait for the first answer of the database. */
  readonly patience?: number;
}

/**
 * Invalidates what was made of rows that changed, on every instance.
 *
 * Resolves when caches are rid of what may have changed before anybody watched, so that pages rendered
 * from now on last; or when `patience` is over. Never rejects.
 */
export async function startPublishing({
  invalidate,
  open,
  told,
  patience = 2_000,
}: PublishingOptions): Promise<ReportChangeWatch> {
  const caughtUp = new AbortController();
  const watch = watchReportChanges({
    open,
    told,
    async onChange(change) {
      await invalidate(tagsOfChange(change));
      caughtUp.abort();
    },
  });
  await sleep(patience, undefined, { signal: caughtUp.signal }).catch(() => {});
  return watch;
}
