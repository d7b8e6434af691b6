import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";

/**
 * What stands before a value in Redis:
 *
 *     0  magic "WSRC"   4  format version   5  length of the header, uint32 BE
 *     9  first 8 bytes of the SHA-256 over everything else   17  header, JSON   …  body
 *
 * The scripts read the header too (`lua.ts`).
 */
export interface EnvelopeHeader {
  /** Fencing token of the load. */
  readonly fence: number;
  readonly ttlMs: number;
  readonly graceMs: number;
  readonly tags: readonly string[];
}

/** Bytes that are no value of ours: foreign, damaged, of another version, too large. */
export class CorruptValueError extends Error {
  readonly code = "E_CACHE_CORRUPT";
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`Not a cached value: ${reason}`, options);
    this.name = "CorruptValueError";
    this.reason = reason;
  }
}

export const MAGIC = "WSRC";
export const FORMAT_VERSION = 1;
export const MAX_HEADER_BYTES = 65_536;
export const MAX_TAGS = 256;

export const FIXED_BYTES = 17;
const CHECKSUM_AT = 9;
/** Smaller bodies gain less than the thread pool costs. */
const COMPRESS_FROM_BYTES = 8 * 1024;
/** Half the time of the default level for a few percent more bytes. */
const COMPRESSION_LEVEL = 3;

const deflateBytes = promisify(deflate);
const inflateBytes = promisify(inflate);

/** @throws CorruptValueError when the header is too large to be read again. */
export async function encodeEnvelope(header: EnvelopeHeader, body: Buffer): Promise<Buffer> {
  const packed =
    body.length < COMPRESS_FROM_BYTES ? body : await deflateBytes(body, { level: COMPRESSION_LEVEL });
  const compressed = packed.length < body.length;
  const headerBytes = Buffer.from(
    JSON.stringify({
      f: header.fence,
      t: header.ttlMs,
      g: header.graceMs,
      a: header.tags,
      e: compressed ? "deflate" : "raw",
      u: body.length,
    }),
  );
  if (headerBytes.length > MAX_HEADER_BYTES || header.tags.length > MAX_TAGS)
    throw new CorruptValueError("header");
  const bytes = Buffer.concat([Buffer.alloc(FIXED_BYTES), headerBytes, compressed ? packed : body]);
  bytes.write(MAGIC, 0, "latin1");
  bytes.writeUInt8(FORMAT_VERSION, 4);
  bytes.writeUInt32BE(headerBytes.length, 5);
  checksum(bytes).copy(bytes, CHECKSUM_AT);
  return bytes;
}

/**
 * @param maxBytes of the body when decompressed
 * @throws CorruptValueError on anything that `encodeEnvelope` did not write
 */
export async function decodeEnvelope(
  bytes: Buffer,
  maxBytes: number,
): Promise<{ header: EnvelopeHeader; body: Buffer }> {
  if (bytes.length < FIXED_BYTES || bytes.toString("latin1", 0, 4) !== MAGIC)
    throw new CorruptValueError("magic");
  if (bytes.readUInt8(4) !== FORMAT_VERSION) throw new CorruptValueError("version");
  const bodyAt = FIXED_BYTES + bytes.readUInt32BE(5);
  if (bodyAt > bytes.length || bodyAt > FIXED_BYTES + MAX_HEADER_BYTES) throw new CorruptValueError("length");
  if (!checksum(bytes).equals(bytes.subarray(CHECKSUM_AT, FIXED_BYTES)))
    throw new CorruptValueError("checksum");
  const { header, encoding, size } = parseHeader(bytes.toString("utf8", FIXED_BYTES, bodyAt));
  if (size > maxBytes) throw new CorruptValueError("size");
  const body = await unpack(bytes.subarray(bodyAt), encoding, size);
  if (body.length !== size) throw new CorruptValueError("size");
  return { header, body };
}

async function unpack(body: Buffer, encoding: string, size: number): Promise<Buffer> {
  if (encoding === "raw") return body;
  if (encoding !== "deflate") throw new CorruptValueError("encoding");
  try {
    return await inflateBytes(body, { maxOutputLength: Math.max(size, 1) });
  } catch (cause) {
    throw new CorruptValueError("encoding", { cause });
  }
}

function checksum(bytes: Buffer): Buffer {
  const hash = createHash("sha256")
    .update(bytes.subarray(0, CHECKSUM_AT))
    .update(bytes.subarray(FIXED_BYTES));
  return hash.digest().subarray(0, FIXED_BYTES - CHECKSUM_AT);
}

function parseHeader(text: string): { header: EnvelopeHeader; encoding: string; size: number } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new CorruptValueError("header", { cause });
  }
  if (typeof parsed !== "object" || parsed === null) throw new CorruptValueError("header");
  const { f, t, g, a, e, u } = parsed as Record<string, unknown>;
  if (!isCount(f) || !isCount(t) || !isCount(g) || !isCount(u) || typeof e !== "string" || !isTagList(a)) {
    throw new CorruptValueError("header");
  }
  return { header: { fence: f, ttlMs: t, graceMs: g, tags: a }, encoding: e, size: u };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTagList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_TAGS && value.every((tag) => typeof tag === "string");
}
