// @ts-check
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** Formats that compress; pictures and fonts are compressed already. */
const COMPRESSIBLE = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest", ".xml"]);
/** Bytes. What fits in one packet arrives no sooner when it is smaller. */
const MIN_BYTES = 1024;
/** Largest part of the original that is worth a file of its own, and decompression by the visitor. */
const MAX_RATIO = 0.95;

/** The highest that needs no more memory than browsers allow. */
const ZSTD_LEVEL = 19;

/** @type {ReadonlyMap<string, (bytes: Buffer) => Promise<Buffer>>} By the extension that is added. */
const ENCODERS = new Map([
  [".br", brotli],
  [".gz", (bytes) => promisify(zlib.gzip)(bytes, { level: 9 })],
  ...zstandard(),
]);

/**
 * Writes each compressible file of a folder once more in every encoding that this Node knows, as small as
 * it gets: `a.js.br`, `a.js.gz` and, from Node 22.15 on, `a.js.zst`. What gains less than 5 % is left out.
 *
 * @param {string} folder
 */
export async function compressAssets(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const compressible = names.filter((name) => COMPRESSIBLE.has(extname(name)));
  await Promise.all(compressible.map((name) => compressFile(join(folder, name))));
}

/** @param {string} path */
async function compressFile(path) {
  const bytes = await readFile(path);
  if (bytes.length < MIN_BYTES) return;
  for (const [extension, encode] of ENCODERS) {
    const encoded = await encode(bytes);
    if (encoded.length <= bytes.length * MAX_RATIO) await writeFile(path + extension, encoded);
  }
}

/** @param {Buffer} bytes */
function brotli(bytes) {
  return promisify(zlib.brotliCompress)(bytes, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: zlib.constants.BROTLI_MAX_QUALITY,
      [zlib.constants.BROTLI_PARAM_MODE]: zlib.constants.BROTLI_MODE_TEXT,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/**
 * Nothing where Node has no Zstandard; the types are those of the oldest Node, which has none.
 *
 * @returns {[string, (bytes: Buffer) => Promise<Buffer>][]}
 */
function zstandard() {
  const zstdCompress = Reflect.get(zlib, "zstdCompress");
  if (zstdCompress === undefined) return [];
  const params = { [Reflect.get(zlib.constants, "ZSTD_c_compressionLevel")]: ZSTD_LEVEL };
  return [[".zst", (bytes) => promisify(zstdCompress)(bytes, { params })]];
}
