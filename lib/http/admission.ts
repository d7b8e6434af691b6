import { OverloadedError, type OverloadReason } from "../errors";

export interface AdmissionOptions {
  /** Renders at once. */
  readonly maxRenders?: number;
  /** Waiting for one to end; more are turned away at once. */
  readonly maxQueued?: number;
  /** Whoever waited that long is turned away: a visitor would soon give up, and a proxy ask elsewhere. */
  readonly maxWaitMs?: number;
  /**
   * Above this nobody new is let in while anybody is, since what is in is late already. One at a time always is: what
   * keeps the process may be the hits, or its start, and then turning all away would make nothing better.
   */
  readonly lagLimitMs?: number;
  /** Present lag of the event loop in milliseconds. */
  readonly lag?: () => number;
}

export interface Admission {
  /**
   * Waits for a place, first come, first served. Only what has to be rendered asks for one: what is cached is
   * always served.
   *
   * @returns gives the place back; calling it twice does no harm
   * @throws OverloadedError
   */
  enter(): Promise<Leave>;
  stats(): AdmissionStats;
}

export type Leave = () => void;

export interface AdmissionStats {
  readonly running: number;
  readonly queued: number;
  /** Turned away so far. */
  readonly shed: Readonly<Record<OverloadReason, number>>;
}

const MAX_RENDERS = 8;
const MAX_QUEUED = 64;
const MAX_WAIT_MS = 1_500;
const LAG_LIMIT_MS = 500;

export function createAdmission(options: AdmissionOptions = {}): Admission {
  const { maxRenders = MAX_RENDERS, maxQueued = MAX_QUEUED, maxWaitMs = MAX_WAIT_MS } = options;
  const { lagLimitMs = LAG_LIMIT_MS, lag = () => 0 } = options;
  const shed: Record<OverloadReason, number> = { lag: 0, queue: 0, wait: 0 };
  /** Each lets one in; in the order of entry. */
  const waiting = new Set<() => void>();
  let running = 0;

  function overloaded(reason: OverloadReason): OverloadedError {
    shed[reason]++;
    // By then everyone who waits now was let in or turned away.
    return new OverloadedError(reason, maxWaitMs);
  }

  function place(): Leave {
    running++;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      running--;
      const [next] = waiting;
      next?.();
    };
  }

  function wait(): Promise<Leave> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        clearTimeout(timer);
        waiting.delete(admit);
        resolve(place());
      };
      const timer = setTimeout(() => {
        waiting.delete(admit);
        reject(overloaded("wait"));
      }, maxWaitMs);
      waiting.add(admit);
    });
  }

  return {
    async enter() {
      if (running > 0 && lag() > lagLimitMs) throw overloaded("lag");
      if (running < maxRenders) return place();
      if (waiting.size >= maxQueued) throw overloaded("queue");
      return wait();
    },
    stats: () => ({ running, queued: waiting.size, shed: { ...shed } }),
  };
}
