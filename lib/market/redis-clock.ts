import { type StreamId, timeOfId } from "./stream-id";

export interface RedisClock {
  /**
   * Redis' clock was read.
   *
   * @param time what it said: milliseconds since 1970
   * @param sentAt when it was asked, on the clock of `elapsed`
   */
  read(time: number, sentAt: number): void;
  /** Milliseconds since Redis took an entry that arrives now; never negative. */
  ageOf(id: StreamId): number;
}

export interface RedisClockOptions {
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed: () => number;
  /** Redis' clock was set, or is behind the ids of the stream. */
  readonly onJump: () => void;
}

/** Clocks drift and are slewed; what is more was set. */
const TOLERANCE_MS = 1_000;
/** An answer that took longer says too little about when the clock was read. */
const PROMPT_MS = 250;

/**
 * How old entries are, by the clock that gave them their ids: this machine's own is not compared with it.
 * An age is never less than the truth, and more by the way of one question to Redis at most.
 */
export function createRedisClock({ elapsed, onJump }: RedisClockOptions): RedisClock {
  /** From the clock of `elapsed` to that of Redis. */
  let offset: number | undefined;
  let isBehind = false;

  return {
    read(time, sentAt) {
      const isPrompt = elapsed() - sentAt <= PROMPT_MS;
      if (offset !== undefined && !isPrompt) return;
      const found = time - sentAt;
      if (offset !== undefined && Math.abs(found - offset) > TOLERANCE_MS) onJump();
      offset = found;
    },
    ageOf(id) {
      if (offset === undefined) return 0;
      const age = elapsed() + offset - timeOfId(id);
      // Ids never go back: after the clock was set back they stay ahead of it until it has caught up.
      const wasBehind = isBehind;
      isBehind = age < -TOLERANCE_MS;
      if (isBehind && !wasBehind) onJump();
      return Math.max(0, age);
    },
  };
}
