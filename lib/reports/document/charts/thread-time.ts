import { readFileSync } from "node:fs";

/** Its first number is the thread's time on a processor, in nanoseconds. */
const SCHEDULER_STATISTICS = "/proc/thread-self/schedstat";

/**
 * Milliseconds of processor time that the calling thread has used: a busy machine must not cost an
 * honest script its charts. Node tells it from version 24 on, Linux tells it before that; elsewhere it
 * is real time.
 */
export const threadTime: () => number = chooseClock();

function chooseClock(): () => number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  if (threadCpuUsage !== undefined) {
    return () => {
      const { user, system } = threadCpuUsage();
      return (user + system) / 1_000;
    };
  }
  const fromScheduler = () => Number.parseInt(readFileSync(SCHEDULER_STATISTICS, "latin1"), 10) / 1e6;
  try {
    if (fromScheduler() > 0) return fromScheduler;
  } catch {
    // Not Linux, or a kernel without these statistics.
  }
  return () => performance.now();
}
