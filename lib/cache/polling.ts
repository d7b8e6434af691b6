/** Before the second look at whether another process has brought a value, in milliseconds. */
export const FIRST_POLL_MS = 25;
const LONGEST_POLL_MS = 200;
const POLL_GROWTH = 1.5;

/** The pause after one of `pauseMs`. */
export function nextPollMs(pauseMs: number): number {
  return Math.min(pauseMs * POLL_GROWTH, LONGEST_POLL_MS);
}

/** After another process was found refreshing a value, do not ask again for this long. */
export const REFRESHED_ELSEWHERE_MS = 250;
