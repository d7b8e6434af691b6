import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { LRUCache } from "lru-cache";

export type Encoding = "identity" | "gzip" | "br" | "zstd";
export type Compression = Exclude<Encoding, "identity">;

/** `quick` while a visitor waits, `thorough` afterwards, for all who come. */
export type Effort = "quick" | "thorough";

const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);
const brotli = promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);

type ZstdCompress = (
  body: Buffer,
  options: object,
  callback: (error: Error | null, result: Buffer) => void,
) => void;
// Node 22.15 and later; the types are those of Node 20.
const zstdCompress = "zstdCompress" in zlib ? (zlib.zstdCompress as ZstdCompress) : undefined;
const ZSTD_LEVEL_PARAMETER = 100;

/** What this Node can produce, the smallest first. */
export const COMPRESSIONS: readonly Compression[] = zstdCompress ? ["br", "zstd", "gzip"] : ["br", "gzip"];

/** Smaller ones gain nothing that a packet would notice. */
export const SMALLEST_COMPRESSED_BYTES = 1_024;
const COMPRESSIBLE =
  /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|xml|javascript|wasm|manifest)\b|image\/(?:svg\+xml|bmp|x-icon|vnd\.microsoft\.icon)|font\/(?:ttf|otf))/i;

export function isCompressible(contentType: string | undefined, bytes: number): boolean {
  return bytes >= SMALLEST_COMPRESSED_BYTES && contentType !== undefined && COMPRESSIBLE.test(contentType);
}

/** In libuv's thread pool: the event loop only starts it and takes the result. */
export function compress(body: Buffer, encoding: Compression, effort: Effort): Promise<Buffer> {
  const quick = effort === "quick";
  switch (encoding) {
    case "gzip":
      return gzip(body, { level: quick ? 5 : 9 });
    case "br":
      return brotli(body, {
        params: {
          [zlib.constants.BROTLI_PARAM_MODE]: zlib.constants.BROTLI_MODE_TEXT,
          [zlib.constants.BROTLI_PARAM_QUALITY]: quick ? 4 : 10,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: body.length,
          // No larger than the body: the memory for it is that of the process, for as long as it compresses.
          [zlib.constants.BROTLI_PARAM_LGWIN]: windowBits(body.length),
        },
      });
    case "zstd":
      return new Promise((resolve, reject) => {
        if (zstdCompress === undefined) return reject(new RangeError("This Node has no zstd"));
        const params = { [ZSTD_LEVEL_PARAMETER]: quick ? 3 : 15 };
        zstdCompress(body, { params }, (error, result) => (error ? reject(error) : resolve(result)));
      });
  }
}

function windowBits(bytes: number): number {
  const { BROTLI_MIN_WINDOW_BITS, BROTLI_DEFAULT_WINDOW } = zlib.constants;
  return Math.min(Math.max(Math.ceil(Math.log2(bytes + 1)), BROTLI_MIN_WINDOW_BITS), BROTLI_DEFAULT_WINDOW);
}

const IDENTITY: readonly Encoding[] = ["identity"];
/** Browsers send a handful of different fields; what else comes must not fill the memory. */
const accepted = new LRUCache<string, readonly Encoding[]>({ max: 500 });

/**
 * Those that an `Accept-Encoding` field allows, in the order of its weights and, among equals, of size.
 * Identity is always among them, last: an answer is better than a 406 (RFC 9110, section 12.5.3).
 */
export function acceptedEncodings(field: string | undefined): readonly Encoding[] {
  if (field === undefined || field.length > 200) return IDENTITY;
  let list = accepted.get(field);
  if (list === undefined) {
    list = parseAcceptEncoding(field);
    accepted.set(field, list);
  }
  return list;
}

function parseAcceptEncoding(field: string): readonly Encoding[] {
  const weights = new Map<string, number>();
  for (const part of field.toLowerCase().split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((text) => text.trim());
    if (coding === "") continue;
    const q = parameters.find((text) => text.startsWith("q="))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    weights.set(coding === "x-gzip" ? "gzip" : coding, Number.isNaN(weight) ? 0 : weight);
  }
  const weightOf = (coding: Compression) => weights.get(coding) ?? weights.get("*") ?? 0;
  const identity = weights.get("identity") ?? 0;
  const usable = COMPRESSIONS.filter((coding) => weightOf(coding) > 0 && weightOf(coding) >= identity);
  return [...usable.sort((a, b) => weightOf(b) - weightOf(a)), "identity"];
}
