import { CLEAR, DELETE, INVALIDATE, POSITION } from "./invalidation-scripts";
import { READ, RELEASE, RENEW, STORE, TAGS } from "./value-scripts";

/**
 * What must happen in Redis at once, in Lua. Keys, all under the cache's prefix:
 *
 * - `v:<key>`  a value in its envelope
 * - `l:<key>`  a lease: `owner:fence`, with a short life that the holder renews
 * - `d:<key>`  a tombstone: loads that began before it may not be stored
 * - `t:<tag>`  a tag: `e` and `s`, numbers of the last hard and soft invalidation; `d`, when what is
 *              softly invalidated is gone (ms of Redis' clock)
 * - `meta`     `n` the sequence that all numbers come from; `i` the last invalidation; `f` the last
 *              clear: values up to it are gone; `b` counts the messages on the bus without a gap; `r` the run
 *              of the server that these are of
 * - `bus`      the stream of invalidations
 *
 * A load takes a number (its fence) when it starts. Its value is valid while each of its tags has a
 * record whose numbers are not greater. A tag without a record makes a value invalid: it may have been
 * evicted, and an invalidation with it. So a load makes the records it misses.
 *
 * Keys of tags are computed inside, which Redis allows everywhere but in a cluster.
 */
export const SCRIPTS = {
  read: READ,
  store: STORE,
  renew: RENEW,
  release: RELEASE,
  invalidate: INVALIDATE,
  delete: DELETE,
  clear: CLEAR,
  position: POSITION,
  tags: TAGS,
} as const;
