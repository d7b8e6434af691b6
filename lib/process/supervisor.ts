import { WorkersKilledError } from "../errors";
import { log } from "../log";
import { asStartMessage } from "./messages";

/** Before a worker that ended is replaced; doubled with each that ends soon after its start. */
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** A worker that lived this long was well. */
const STABLE_MS = 60_000;
/** A little longer than workers take to give up by themselves (signals.ts). */
const STOP_LIMIT_MS = 9_800;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface WorkerProcess {
  readonly pid: number | undefined;
  kill(signal: NodeJS.Signals): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once. */
  onExit(listener: (exit: Exit) => void): void;
}

export interface SupervisorOptions {
  /** How many to keep running. */
  readonly workers: number;
  readonly fork: () => WorkerProcess;
  /** Called once, when all are ready. */
  readonly onReady: (url: string) => void;
  /** Called once, instead of `onReady`, when a worker could not start. No worker is left then. */
  readonly onFailure: (reason: string) => void;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

export interface Supervisor {
  /**
   * Passes SIGTERM on, and resolves when no worker is left.
   * @throws WorkersKilledError when some had to be killed
   */
  stop(): Promise<void>;
  /** Kills the workers that are left. */
  kill(): void;
}

/** The place of one worker; the next process in it is its replacement. */
interface Place {
  ready: boolean;
  delayMs: number;
}

/** Keeps a number of workers running: what a primary process does. */
export function supervise(options: SupervisorOptions): Supervisor {
  const { workers, fork, onReady, onFailure, now = () => performance.now() } = options;
  const places: Place[] = Array.from({ length: workers }, () => ({ ready: false, delayMs: FIRST_DELAY_MS }));
  const running = new Set<WorkerProcess>();
  const replacements = new Set<NodeJS.Timeout>();
  let served = false;
  let stopping: Promise<void> | undefined;
  let onLastExit = () => {};

  function start(place: Place): void {
    const startedAt = now();
    let reason: string | undefined;
    const worker = fork();
    running.add(worker);
    worker.onMessage((received) => {
      const message = asStartMessage(received);
      if (message?.type === "failed") reason = message.reason;
      if (message?.type === "ready") becomeReady(place, message.url);
    });
    worker.onExit((exit) => {
      running.delete(worker);
      const wasReady = place.ready;
      place.ready = false;
      if (stopping) {
        if (running.size === 0) onLastExit();
      } else if (!served && !wasReady && exit.code !== 0) {
        fail(reason ?? `a worker ended while it started (${exit.signal ?? `exit code ${exit.code}`})`);
      } else {
        if (now() - startedAt >= STABLE_MS) place.delayMs = FIRST_DELAY_MS;
        replace(place, { pid: worker.pid, ...exit, ...(reason !== undefined && { reason }) });
      }
    });
  }

  function becomeReady(place: Place, url: string): void {
    place.ready = true;
    if (served || stopping || !places.every(({ ready }) => ready)) return;
    served = true;
    onReady(url);
  }

  function replace(place: Place, ended: object): void {
    const { delayMs } = place;
    place.delayMs = Math.min(2 * delayMs, MAX_DELAY_MS);
    log.warn("a worker ended; another takes its place", { ...ended, inMs: delayMs });
    const replacement = setTimeout(() => {
      replacements.delete(replacement);
      try {
        start(place);
      } catch (error) {
        // The machine has no room for a process at the moment.
        replace(place, { error });
      }
    }, delayMs);
    replacements.add(replacement);
  }

  /** Whether or not the others end well: this is what is told. */
  function fail(reason: string): void {
    stop()
      .catch(() => {})
      .then(() => onFailure(reason));
  }

  const signalAll = (signal: NodeJS.Signals) => {
    for (const worker of running) worker.kill(signal);
  };
  const kill = () => signalAll("SIGKILL");

  function endWorkers(): Promise<void> {
    for (const replacement of replacements) clearTimeout(replacement);
    if (running.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      let killed = 0;
      const limit = setTimeout(() => {
        killed = running.size;
        kill();
      }, STOP_LIMIT_MS);
      onLastExit = () => {
        clearTimeout(limit);
        if (killed === 0) resolve();
        else reject(new WorkersKilledError(killed, STOP_LIMIT_MS));
      };
      signalAll("SIGTERM");
    });
  }

  function stop(): Promise<void> {
    stopping ??= endWorkers();
    return stopping;
  }

  for (const place of places) start(place);
  return { stop, kill };
}
