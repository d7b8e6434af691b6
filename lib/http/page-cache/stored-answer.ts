import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Answer } from "../exchange";
import type { Validators } from "./conditional";
import {
  acceptedEncodings,
  COMPRESSIONS,
  type Compression,
  compress,
  type Effort,
  type Encoding,
  isCompressible,
} from "./content-encoding";
import { type Fields, fieldOf, withoutFields } from "./fields";
import { parseHttpDate } from "./http-date";

/** The bytes of an answer in one content coding, and what is said about them. */
export interface Representation {
  readonly encoding: Encoding;
  readonly body: Buffer;
  readonly etag: string | undefined;
  /** For a 200, complete but for what changes with time or request. */
  readonly fields: Fields;
  /** For a 304. */
  readonly notModifiedFields: Fields;
  readonly effort: Effort;
}

/** What describes bytes, not their meaning: a 304 does without. */
const OF_THE_BODY = new Set([
  "content-type",
  "content-encoding",
  "content-length",
  "content-language",
  "accept-ranges",
]);
/** Made anew for each representation, or for each answer. */
const MADE_HERE = new Set([
  "content-length",
  "etag",
  "vary",
  "age",
  "date",
  "transfer-encoding",
  "accept-ranges",
]);

/** What an object and its maps cost beside the bytes, estimated. */
const OVERHEAD_BYTES = 1_024;

/**
 * An answer that is sent again and again. Everything that can be made once is: the bytes in each coding, the
 * entity tags, the fields.
 */
export class StoredAnswer {
  readonly status: number;
  readonly reason: string;
  readonly contentType: string | undefined;
  readonly lastModified: number | undefined;
  readonly #fields: Fields;
  readonly #vary: string;
  readonly #opaqueTag: string | undefined;
  readonly #representations = new Map<Encoding, Representation>();
  readonly #isCompressible: boolean;

  constructor({ status, fields, body }: Answer) {
    this.status = status;
    this.reason = STATUS_CODES[status] ?? "";
    this.contentType = fieldOf(fields, "content-type");
    this.lastModified = parseHttpDate(fieldOf(fields, "last-modified"));
    this.#isCompressible =
      fieldOf(fields, "content-encoding") === undefined &&
      !/\bno-transform\b/i.test(fieldOf(fields, "cache-control") ?? "") &&
      isCompressible(this.contentType, body.length);
    this.#fields = withoutFields(fields, (name) => MADE_HERE.has(name));
    this.#vary = variesBy(fieldOf(fields, "vary"), this.#isCompressible);
    this.#opaqueTag = fieldOf(fields, "etag") ?? (status === 200 ? `"${hashOf(body)}"` : undefined);
    this.add("identity", body, "thorough");
  }

  get identity(): Representation {
    return this.#representations.get("identity") as Representation;
  }

  /** All representations together. */
  get bytes(): number {
    let sum = OVERHEAD_BYTES;
    for (const { body, fields } of this.#representations.values()) sum += body.length + 32 * fields.length;
    return sum;
  }

  /** The best that is there and that the visitor can read. */
  choose(acceptEncoding: string | undefined): Representation {
    if (this.#isCompressible) {
      for (const encoding of acceptedEncodings(acceptEncoding)) {
        const found = this.#representations.get(encoding);
        if (found) return found;
      }
    }
    return this.identity;
  }

  validators({ etag }: Representation): Validators {
    return { etag, lastModified: this.lastModified };
  }

  /** Keeps bytes that were compressed elsewhere, as at build time. */
  add(encoding: Encoding, body: Buffer, effort: Effort): void {
    const etag = encoding === "identity" ? this.#opaqueTag : weak(this.#opaqueTag);
    const common = [...this.#fields, ...(etag === undefined ? [] : ["etag", etag])];
    if (this.#vary !== "") common.push("vary", this.#vary);
    const fields = [...common];
    if (encoding !== "identity") fields.push("content-encoding", encoding);
    if (this.status === 200) fields.push("accept-ranges", "bytes");
    if (this.status !== 204) fields.push("content-length", String(body.length));
    const notModifiedFields = withoutFields(common, (name) => OF_THE_BODY.has(name));
    this.#representations.set(encoding, { encoding, body, etag, fields, notModifiedFields, effort });
  }

  /** The codings still to be made with that effort, of those this Node has. */
  missing(effort: Effort): readonly Compression[] {
    if (!this.#isCompressible) return [];
    return COMPRESSIONS.filter((encoding) => {
      const made = this.#representations.get(encoding);
      return made === undefined || (effort === "thorough" && made.effort === "quick");
    });
  }

  /** Makes one representation. One that is not smaller is not kept, nor one that more effort made larger. */
  async prepare(encoding: Compression, effort: Effort): Promise<void> {
    const identity = this.identity.body;
    const made = await compress(identity, encoding, effort);
    const before = this.#representations.get(encoding)?.body ?? identity;
    const body = made.length < before.length ? made : before;
    if (body !== identity) this.add(encoding, body, effort);
  }

  /** Takes over what was compressed of the same body before. */
  inherit(older: StoredAnswer): void {
    if (!this.#isCompressible || !older.identity.body.equals(this.identity.body)) return;
    for (const { encoding, body, effort } of older.#representations.values()) {
      if (encoding !== "identity") this.add(encoding, body, effort);
    }
  }
}

/** Enough that no two pages of a site share it. */
function hashOf(body: Buffer): string {
  return createHash("sha256").update(body).digest("base64url").slice(0, 22);
}

/**
 * A compressed representation means the same as the others but has other bytes, and other ones still when it
 * was compressed better: a weak entity tag says just that.
 */
function weak(etag: string | undefined): string | undefined {
  return etag === undefined || etag.startsWith("W/") ? etag : `W/${etag}`;
}

function variesBy(field: string | undefined, byEncoding: boolean): string {
  const names = (field ?? "").split(",").flatMap((name) => name.trim().toLowerCase() || []);
  const others = names.filter((name) => name !== "accept-encoding");
  return [
    ...(byEncoding || others.length < names.length ? ["accept-encoding"] : []),
    ...new Set(others),
  ].join(", ");
}
