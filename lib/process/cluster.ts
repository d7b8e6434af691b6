import cluster, { type Worker } from "node:cluster";
import type { StartMessage } from "./messages";
import type { WorkerProcess } from "./supervisor";

/**
 * node:cluster as the supervisor's workers, with the same arguments of Node.
 *
 * @param program what they run: by default what was started. What a start does but once is left out with another.
 * @param environment in place of the primary's variables of the same names
 */
export function createFork(
  program: string | undefined = process.argv[1],
  environment: Readonly<Record<string, string>> = {},
): () => WorkerProcess {
  // In turn: left to the system, most connections go to few workers.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ exec: program, execArgv: process.execArgv });
  return () => asWorkerProcess(cluster.fork(environment));
}

function asWorkerProcess(worker: Worker): WorkerProcess {
  const child = worker.process;
  return {
    pid: child.pid,
    // Not `worker.kill`, which closes the channel first: the worker would take its primary for dead.
    kill: (signal) => void child.kill(signal),
    onMessage: (listener) => void worker.on("message", listener),
    onExit(listener) {
      child.once("exit", (code: number | null, signal: NodeJS.Signals | null) => listener({ code, signal }));
      worker.on("error", () => {
        // Without an id it never ran, and no exit will come. Else a message was lost, as happens with an exit.
        if (child.pid === undefined) listener({ code: 1, signal: null });
      });
    },
  };
}

/** A worker's side of the channel to its primary. */
export interface PrimaryLink {
  /** Resolves when the message is out, also when there is nobody to read it. */
  tell(message: StartMessage): Promise<void>;
  /** Called when the primary is gone, in place of Node's own reaction: to exit in the middle of answers. */
  onGone(callback: () => void): void;
}

/** Undefined in a process that is no worker. */
export function linkToPrimary(worker: Worker | undefined = cluster.worker): PrimaryLink | undefined {
  if (!worker) return undefined;
  return {
    tell: (message) =>
      new Promise((resolve) => {
        if (worker.isConnected()) worker.send(message, () => resolve());
        else resolve();
      }),
    onGone(callback) {
      worker.on("disconnect", () => {
        worker.exitedAfterDisconnect = true;
        callback();
      });
    },
  };
}
