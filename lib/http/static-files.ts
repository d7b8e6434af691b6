import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Compression } from "./page-cache/content-encoding";
import type { Fields } from "./page-cache/fields";
import { StoredAnswer } from "./page-cache/stored-answer";

export interface StaticFolder {
  readonly folder: string;
  /** Where its files are, as `/_next/static/`. */
  readonly prefix: string;
  readonly cacheControl: string;
}

/** Files by their URL path, ready to be sent. */
export type StaticFiles = ReadonlyMap<string, StoredAnswer>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

const SUFFIXES: Readonly<Record<Compression, string>> = { br: ".br", gzip: ".gz", zstd: ".zst" };

/**
 * Reads whole folders into memory, a few megabytes, with what the build has compressed beside the files
 * (`app.js.br`). What it has not is compressed here. Links are left out, since they may lead to anything.
 *
 * @param fields on every answer
 */
export async function loadStaticFiles(
  folders: readonly StaticFolder[],
  fields: Fields,
): Promise<StaticFiles> {
  const files = new Map<string, StoredAnswer>();
  for (const { folder, prefix, cacheControl } of folders) {
    const names = await namesIn(folder);
    const known = new Set(names);
    const isCompressed = (name: string) =>
      Object.values(SUFFIXES).some(
        (suffix) => name.endsWith(suffix) && known.has(name.slice(0, -suffix.length)),
      );
    const originals = names.filter((name) => !isCompressed(name));
    await Promise.all(
      originals.map(async (name) => {
        const path = join(folder, name);
        const { mtime } = await stat(path);
        const answer = new StoredAnswer({
          status: 200,
          fields: [
            ...["content-type", CONTENT_TYPES[extname(name).toLowerCase()] ?? "application/octet-stream"],
            ...["cache-control", cacheControl],
            ...["last-modified", mtime.toUTCString()],
            ...fields,
          ],
          body: await readFile(path),
        });
        const missing = answer.missing("quick");
        const compressed = missing.filter((encoding) => known.has(name + SUFFIXES[encoding]));
        for (const encoding of compressed) {
          answer.add(encoding, await readFile(join(folder, name + SUFFIXES[encoding])), "thorough");
        }
        // A build by another Node may lack a coding: the others do, and the start is not held up.
        if (compressed.length === 0)
          for (const encoding of missing) await answer.prepare(encoding, "thorough");
        files.set(prefix + pathOf(name), answer);
      }),
    );
  }
  return files;
}

/** Of all files, those in folders of it as `folder/file`. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = await Promise.all(
    entries.map(async (entry) => {
      if (entry.isFile()) return entry.name;
      if (!entry.isDirectory()) return [];
      return (await namesIn(join(folder, entry.name))).map((name) => `${entry.name}/${name}`);
    }),
  );
  return names.flat();
}

/** As browsers write it. */
function pathOf(name: string): string {
  return encodeURI(name).replaceAll("?", "%3F").replaceAll("#", "%23");
}

/** The file that a request asks for; its query makes no difference. */
export function findStaticFile(files: StaticFiles, url: string): StoredAnswer | undefined {
  const end = url.indexOf("?");
  return files.get(end < 0 ? url : url.slice(0, end));
}
