import { log } from "../log";

/** Less than the ten seconds that `docker stop` and most supervisors wait before they kill. */
const STOP_LIMIT_MS = 9_500;

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** What asks for an end: a signal, or the end of the primary process that a worker belongs to. */
export type StopReason = (typeof SIGNALS)[number] | "disconnect";

export interface StopOptions {
  readonly program?: Pick<NodeJS.Process, "on" | "exit">;
  readonly limitMs?: number;
  /**
   * What a second signal does before the process exits with 1. "ignore" is for workers: they may get the
   * same request from a terminal or a supervisor, which signal each process of a group, and from their primary.
   */
  readonly again?: (() => void) | "ignore";
}

/**
 * From now on SIGTERM and SIGINT run `stop` and exit: with 0 when it has resolved, with 1 when it has
 * rejected or takes longer than the limit. A second signal exits at once, with 1.
 *
 * @returns does what a signal does
 */
export function stopOnSignals(
  stop: (reason: StopReason) => Promise<void>,
  options: StopOptions = {},
): (reason: StopReason) => void {
  const { program = process, limitMs = STOP_LIMIT_MS, again = () => {} } = options;
  let stopping = false;

  async function run(reason: StopReason): Promise<void> {
    setTimeout(() => {
      log.error("stopping took too long: what was left is cut off", { limitMs });
      program.exit(1);
    }, limitMs);
    const code = await stop(reason).then(
      () => 0,
      (error: unknown) => {
        log.error("stopping failed", { error });
        return 1;
      },
    );
    program.exit(code);
  }

  const request = (reason: StopReason): void => {
    if (!stopping) {
      stopping = true;
      void run(reason);
    } else if (again !== "ignore") {
      again();
      program.exit(1);
    }
  };
  for (const signal of SIGNALS) program.on(signal, request);
  return request;
}
