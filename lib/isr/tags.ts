import { type CacheTag, defineTags } from "../cache";

const nextTag = defineTags("next");

/**
 * A tag of Next as one of the cache. One that is written like a tag of the cache, as `report:7`, is that
 * tag, so that `revalidateTag` reaches data and pages alike; others, as the implicit `_N_T_/vi/page`, get a
 * name of their own.
 */
export function toCacheTag(tag: string): CacheTag {
  const [name = "", ...parts] = tag.split(":");
  const isCacheTag = /^[a-z][a-z0-9-]*$/.test(name) && parts.every((part) => /^[\w.~/-]+$/.test(part));
  return isCacheTag ? defineTags(name)(...parts) : nextTag(tag);
}
