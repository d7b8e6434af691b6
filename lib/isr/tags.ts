import { type CacheTag, defineTags } from "../cache";

const DATA_TAG = /^[a-z][a-z0-9-]*(?::[\w.~/-]+)*$/;

const ofPage = defineTags("page");

/**
 * The tag of the cache that pages carry for a tag of Next. Not the one that data carry, even of the same
 * name: a page may be served once more while it is rendered anew, but data must not, since they would go
 * into the new page.
 */
export function pageTag(tag: string): CacheTag {
  return ofPage(tag);
}

/** The tag of data of the same name, such as `report:7`; null for those that only Next knows. */
export function dataTag(tag: string): CacheTag | null {
  if (!DATA_TAG.test(tag)) return null;
  const [name = "", ...parts] = tag.split(":");
  return defineTags(name)(...parts);
}
