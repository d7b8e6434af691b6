import type { IncomingHttpHeaders } from "node:http";
import { LRUCache } from "lru-cache";
import type { CacheRequest, Settings } from "./options";

type Asked = Pick<CacheRequest, "url" | "headers">;

/** What requests for the same have in common. */
export interface PageKey {
  /** Host and target. */
  readonly name: string;
  /** What the handler is asked for. */
  readonly target: string;
  readonly tags: readonly string[];
}

/** Reads a request field as the handler would see it. */
export type FieldReader = (name: string) => string | undefined;

/** Longer targets are rare, and worked out each time. */
const LONGEST_REMEMBERED = 256;
const REMEMBERED = 10_000;

/** Answered to by the cache itself, in the handler's place. */
const ANSWERED_HERE = new Set([
  "accept-encoding",
  "cache-control",
  "connection",
  "content-length",
  "expect",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "pragma",
  "proxy-connection",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Turns requests into keys, and into what the handler is asked. */
export class PageKeys {
  readonly #settings: Settings;
  readonly #remembered = new LRUCache<string, PageKey>({ max: REMEMBERED });

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  keyOf({ url = "/", headers }: Asked): PageKey {
    const { host, canonicalTarget, tagsOf } = this.#settings;
    const asked = host === undefined ? `${headers.host ?? ""} ${url}` : url;
    const remembered = this.#remembered.get(asked);
    if (remembered !== undefined) return remembered;
    const target = canonicalTarget(url);
    const key = { target, name: `${host ?? headers.host ?? ""} ${target}`, tags: tagsOf(target) };
    if (url.length <= LONGEST_REMEMBERED) this.#remembered.set(asked, key);
    return key;
  }

  /** The key of a request like one before; nothing is worked out. */
  known({ url = "/", headers }: Asked): PageKey | undefined {
    return this.#remembered.get(this.#settings.host === undefined ? `${headers.host ?? ""} ${url}` : url);
  }

  reader({ headers }: CacheRequest): FieldReader {
    return (name) => this.#valueOf(name, headers);
  }

  /** The fields that the handler gets. @param isAlone the answer is for this visitor alone: all of them */
  forwarded({ headers }: CacheRequest, isAlone: boolean): Record<string, string> {
    const { host } = this.#settings;
    const fields: Record<string, string> = {};
    for (const name of Object.keys(headers)) {
      if (ANSWERED_HERE.has(name)) continue;
      const isOwn = isAlone && !this.#isForwarded(name);
      const value = isOwn ? joined(headers[name]) : this.#valueOf(name, headers);
      if (value !== undefined) fields[name] = value;
    }
    if (host !== undefined) fields.host = host;
    return fields;
  }

  /** As the handler sees it: what answers vary by is what it was asked with. */
  #valueOf(name: string, headers: IncomingHttpHeaders): string | undefined {
    const isSent = this.#isForwarded(name) && Object.hasOwn(headers, name);
    return this.#settings.varyValue(name, isSent ? joined(headers[name]) : undefined, headers);
  }

  /** Whether the handler gets a field, or none, alike for all who ask. */
  isSameForAll(name: string): boolean {
    return ANSWERED_HERE.has(name) || this.#isForwarded(name);
  }

  #isForwarded(name: string): boolean {
    const { forwardedFields } = this.#settings;
    if (ANSWERED_HERE.has(name)) return false;
    return forwardedFields === undefined || name === "host" || forwardedFields.includes(name);
  }
}

function joined(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.join(", ");
}
