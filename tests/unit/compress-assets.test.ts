import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compressAssets } from "../../scripts/compress-assets.mjs";

const SCRIPT = "export const answer = () => 42;\n".repeat(100);
/** Encodings of this Node. */
const SUFFIXES = ["", ".br", ".gz", ...("zstdCompress" in zlib ? [".zst"] : [])];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "compress-assets-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const files = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();

test("a file is written once more in each encoding, also in a folder below", async () => {
  mkdirSync(join(folder, "chunks"));
  writeFileSync(join(folder, "chunks", "a.js"), SCRIPT);
  await compressAssets(folder);
  expect(files()).toEqual(["chunks", ...SUFFIXES.map((suffix) => join("chunks", `a.js${suffix}`))]);
});

test("what is unpacked is the file", async () => {
  writeFileSync(join(folder, "a.css"), SCRIPT);
  await compressAssets(folder);
  expect(zlib.brotliDecompressSync(readFileSync(join(folder, "a.css.br"))).toString()).toBe(SCRIPT);
  expect(zlib.gunzipSync(readFileSync(join(folder, "a.css.gz"))).toString()).toBe(SCRIPT);
});

test("a file below one kibibyte stays alone", async () => {
  writeFileSync(join(folder, "a.js"), SCRIPT.slice(0, 1023));
  await compressAssets(folder);
  expect(files()).toEqual(["a.js"]);
});

test("what would hardly be smaller is not written", async () => {
  // A linear congruential generator: nothing repeats.
  const bytes = Buffer.alloc(4096);
  let state = 1;
  for (let at = 0; at < bytes.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  writeFileSync(join(folder, "a.js"), bytes);
  await compressAssets(folder);
  expect(files()).toEqual(["a.js"]);
});

test("pictures and fonts, which are compressed already, are left alone", async () => {
  for (const name of ["a.png", "a.woff2"]) writeFileSync(join(folder, name), SCRIPT);
  await compressAssets(folder);
  expect(files()).toEqual(["a.png", "a.woff2"]);
});

test("a second run changes nothing", async () => {
  writeFileSync(join(folder, "a.js"), SCRIPT);
  await compressAssets(folder);
  const before = files();
  await compressAssets(folder);
  expect(files()).toEqual(before);
});
