import { vi } from "vitest";
import type { OpenNoticeConnection } from "../../lib/clients/notice-connection";
import type { ReportChange } from "../../lib/reports/changes/change";
import {
  type ReportChangeWatch,
  type WatchOptions,
  watchReportChanges,
} from "../../lib/reports/changes/watch-report-changes";

export interface WatchedReports {
  readonly watch: ReportChangeWatch;
  /** What was delivered since the last `next`, in order. */
  readonly changes: ReportChange[];
  /** Does something, waits for a change to be delivered, and returns all there are. */
  after(action: () => unknown): Promise<ReportChange[]>;
}

const DEADLINE = 20_000;

/** So far apart that no test sees a second check: what is noticed was told by the database. */
export const TOLD_ONLY = { check: 600_000 };

/** Starts a watch and waits until it has caught up. */
export async function watchReports(
  open: OpenNoticeConnection,
  options: Partial<WatchOptions> = {},
): Promise<WatchedReports> {
  const changes: ReportChange[] = [];
  const watch = watchReportChanges({
    open,
    told: "trigger",
    ...options,
    async onChange(change) {
      await options.onChange?.(change);
      changes.push(change);
    },
  });
  const arrived = () =>
    vi.waitFor(() => {
      if (changes.length === 0) throw new Error(`no change arrived: ${JSON.stringify(watch.status())}`);
    }, DEADLINE);
  try {
    await arrived();
  } catch (error) {
    await watch.close();
    throw error;
  }
  changes.length = 0;
  return {
    watch,
    changes,
    async after(action) {
      changes.length = 0;
      await action();
      await arrived();
      return changes.splice(0);
    },
  };
}
