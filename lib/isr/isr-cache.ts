import { type CacheKey, type CacheTag, type Claim, defineKeys, type TieredCache } from "../cache";
import { log } from "../log";
import type { BuildSeed } from "./build-seed";
import { asFresh, asStale, controlOf, lifeOf } from "./lifetime";
import {
  type CacheControl,
  type NextEntry,
  type NextValue,
  type StoredEntry,
  storedEntry,
  tagsInHeaders,
} from "./next-values";
import { dataTag, pageTag } from "./tags";

/** Next's cache of pages and routes on the tiered cache. Nothing here rejects. */
export interface IsrCache {
  /**
   * @param owner whoever renders when the answer is null or stale, and brings the result with `set`
   * @param seed reads what the build has rendered
   */
  get(key: string, owner: object, seed?: () => Promise<BuildSeed | null>): Promise<NextEntry | null>;
  set(key: string, value: NextValue, control: CacheControl, owner: object): void;
  /** @param expire seconds: what has not been rendered anew by then is gone; until then it is stale */
  revalidateTags(tags: readonly string[], expire: number): Promise<void>;
  /**
   * Lets others render pages of this path (without a query) whose render here has failed.
   *
   * @param failedAt on the clock of `elapsed`; a render that has begun since is another one
   */
  renderFailed(path: string, failedAt: number): void;
}

export interface IsrCacheOptions {
  readonly cache: TieredCache;
  /** Of the deployment: what another one has rendered is never served. */
  readonly namespace: string;
  /** Tags of a page beside those that Next gives it. `path` is internal: `/vi/crypto_report/7`. */
  readonly tagsOf: (path: string) => readonly string[];
  /** When outdated data were last read, on the clock of `elapsed`. */
  readonly outdatedReadAt: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed?: () => number;
}

interface OpenRender {
  readonly claim: Claim;
  readonly owner: object;
  readonly startedAt: number;
}

const pageKey = defineKeys("page", 1);
const seedKey = defineKeys("page-seed", 1);

/** No page lives longer than this: the year of the profile `max` is no limit at all. */
const LONGEST_EXPIRY_S = 30 * 24 * 3_600;
/** A render that takes longer brings nothing any more. */
const FORGOTTEN_MS = 60_000;
const SEEDED = { ttlMs: 29 * 24 * 3_600_000, graceMs: 0 };

export function createIsrCache({
  cache,
  namespace,
  tagsOf,
  outdatedReadAt,
  now = Date.now,
  elapsed = () => performance.now(),
}: IsrCacheOptions): IsrCache {
  /** Renders of this process: Next runs one at a time for a page. */
  const renders = new Map<string, OpenRender>();
  /** What `get` gave to Next. After a failed render Next `set`s the very same object again. */
  const served = new WeakSet<object>();

  function openRender(key: string, claim: Claim, owner: object): void {
    const startedAt = elapsed();
    // Those that never brought anything, oldest first; their claims have run out long since.
    for (const [old, render] of renders) {
      if (startedAt - render.startedAt < FORGOTTEN_MS) break;
      giveUp(old);
    }
    renders.set(key, { claim, owner, startedAt });
  }

  function giveUp(key: string): void {
    const render = renders.get(key);
    if (render === undefined) return;
    renders.delete(key);
    cache.release(render.claim);
  }

  function serve(entry: NextEntry): NextEntry {
    if (entry.value !== null) served.add(entry.value);
    return entry;
  }

  /** A hit that is no entry of ours is deleted, and asked for anew. */
  async function claim(key: CacheKey, tags: readonly CacheTag[]) {
    for (let attempt = 1; ; attempt++) {
      const result = await cache.claim<unknown>(key, { tags });
      if (result.kind === "miss") return { entry: null, claim: result.claim };
      const parsed = storedEntry.safeParse(result.hit.value);
      if (parsed.success) return { entry: parsed.data, claim: result.refresh };
      log.warn("a cached page is of a shape unknown here; deleted", { key });
      if (result.refresh) cache.release(result.refresh);
      await cache.delete(key);
      if (attempt > 1) return { entry: null, claim: undefined };
    }
  }

  /** What the build rendered stands for the first render of a deployment, and for no later one. */
  async function fromBuild(key: string, seed: () => Promise<BuildSeed | null>): Promise<NextEntry | null> {
    // Rendered from data of the time of the build, which may have changed since.
    if (knownTags(key).length > 0) return null;
    const built = await seed();
    if (built === null || (await cache.get(seedKey(namespace, key))) !== undefined) return null;
    void cache.set(seedKey(namespace, key), true, SEEDED);
    const { value, cacheControl } = built;
    const life = cacheControl.revalidate === false ? lifeOf(value, cacheControl) : null;
    const render = renders.get(key);
    // One that has an age is served, and rendered anew at once.
    if (life === null || render === undefined) return serve(asStale(built, now()));
    renders.delete(key);
    void cache.fulfil(render.claim, { value, cacheControl }, { ...life, tags: allTags(key, value) });
    return serve(asFresh(built, now()));
  }

  /** Those that are known before a page is rendered. */
  const knownTags = (key: string): CacheTag[] => tagsOf(pathOf(key)).map(pageTag);
  /** Of what a page is made of: none that was invalidated before the claim may go into it. */
  const ingredientTags = (key: string): CacheTag[] =>
    tagsOf(pathOf(key)).flatMap((tag) => dataTag(tag) ?? []);

  const allTags = (key: string, value: NextValue): CacheTag[] => [
    ...knownTags(key),
    ...tagsInHeaders(value).map(pageTag),
  ];

  return {
    async get(key, owner, seed) {
      // Next has ended the render before this one, or it would not ask.
      giveUp(key);
      const found = await claim(pageKey(namespace, key), [...knownTags(key), ...ingredientTags(key)]);
      if (found.claim) openRender(key, found.claim, owner);
      if (found.entry === null) return found.claim && seed ? fromBuild(key, seed) : null;
      if (!found.claim) return serve(asFresh(found.entry, now()));
      // Absence is not worth serving again.
      return found.entry.value === null ? null : serve(asStale(found.entry, now()));
    },

    set(key, value, control, owner) {
      const render = renders.get(key);
      // Too late, or never asked for: it may be older than what came since.
      if (render === undefined || render.owner !== owner) return;
      const isOldValue = value !== null && served.has(value);
      const cacheControl = controlOf(value, control, outdatedReadAt() >= render.startedAt);
      const life = lifeOf(value, cacheControl);
      if (isOldValue || life === null) return giveUp(key);
      renders.delete(key);
      log.debug("page rendered", { path: pathOf(key) });
      const entry: StoredEntry = { value, cacheControl };
      void cache.fulfil(render.claim, entry, { ...life, tags: allTags(key, value) });
    },

    async revalidateTags(tags, expire) {
      const isSoft = expire > 0;
      const isLimited = isSoft && expire <= LONGEST_EXPIRY_S;
      // Data first: a page that is rendered from now on is made of new ones.
      await cache.invalidateTags(tags.flatMap((tag) => dataTag(tag) ?? []));
      await cache.invalidateTags(tags.map(pageTag), {
        mode: isSoft ? "soft" : "hard",
        ...(isLimited && { hardAfterMs: expire * 1_000 }),
      });
    },

    renderFailed(path, failedAt) {
      for (const [key, { startedAt }] of [...renders])
        if (pathOf(key) === path && startedAt <= failedAt) giveUp(key);
    },
  };
}

/**
 * The path of a page in its key, `/route-cache/APP_PAGE/<hash of the route>/$/vi/crypto_report/7`. The header
 * with Next's tags does not always have it: in a route handler it names the address before `proxy.ts`.
 */
function pathOf(key: string): string {
  const start = key.indexOf("/$/");
  return start < 0 ? key : key.slice(start + 2);
}
