import { createHash } from "node:crypto";

declare const keyBrand: unique symbol;
declare const tagBrand: unique symbol;

/** `group:vN:part:…`; made only by a builder of `defineKeys`. */
export type CacheKey = string & { readonly [keyBrand]: true };
/** `name:part:…`; made only by a builder of `defineTags`. */
export type CacheTag = string & { readonly [tagBrand]: true };

export type KeyPart = string | number | boolean;

/** Beyond this many characters the parts are replaced by their hash: a key may come from a URL. */
export const MAX_KEY_LENGTH = 200;

/**
 * A builder for the keys of one kind of value: `defineKeys("report", 1)(7)` is `report:v1:7`.
 *
 * @param group lower-case words, the label that metrics may carry
 * @param version of the shape of the values: raise it when the shape changes, and old values are misses
 */
export function defineKeys(group: string, version: number): (...parts: KeyPart[]) => CacheKey {
  const prefix = `${plainName(group)}:v${version}`;
  return (...parts) => join(prefix, parts) as CacheKey;
}

/** A builder for tags: `defineTags("report")(7)` is `report:7`, and without parts `report`. */
export function defineTags(name: string): (...parts: KeyPart[]) => CacheTag {
  const prefix = plainName(name);
  return (...parts) => join(prefix, parts) as CacheTag;
}

/** The part of a key before the first `:`. */
export function groupOf(key: CacheKey): string {
  return key.slice(0, key.indexOf(":"));
}

function plainName(name: string): string {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new TypeError(`A key group or tag is lower-case words, e.g. "report-page", not "${name}"`);
  }
  return name;
}

function join(prefix: string, parts: readonly KeyPart[]): string {
  const joined = [prefix, ...parts.map(encodePart)].join(":");
  if (joined.length <= MAX_KEY_LENGTH) return joined;
  // "#" stands in no encoded part, so that no part can look like a hash.
  return `${prefix}:#${createHash("sha256").update(joined).digest("base64url")}`;
}

/** Without `:`, `#` and white space. `%u` stands in no other encoded text. */
function encodePart(part: KeyPart): string {
  return String(part).replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\w.~/-]/g, (character) =>
    character.length === 1 && character >= "\uD800" && character <= "\uDFFF"
      ? `%u${character.charCodeAt(0).toString(16)}`
      : encodeURIComponent(character),
  );
}

/** What a builder of `defineKeys` can have made: its parts, or the hash that stands for them. */
export const KEY_PATTERN = /^[a-z][a-z0-9-]*:v\d+(?::[\w.~/%!'()*-]*)*(?::#[\w-]{43})?$/;

/** A key that came as text, from an operator, say. Null when no builder makes such a key. */
export function parseKey(text: string): CacheKey | null {
  return text.length <= MAX_KEY_LENGTH && KEY_PATTERN.test(text) ? (text as CacheKey) : null;
}
