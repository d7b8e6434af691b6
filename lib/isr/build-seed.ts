import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { CacheHandlerContext } from "next/dist/server/lib/incremental-cache";
import { type CacheControl, nextValue, type StoredEntry } from "./next-values";

type FileSystemCacheModule = typeof import("next/dist/server/lib/incremental-cache/file-system-cache.js");

// The file is CommonJS with a default export, which `import` finds in a place that depends on who loads it.
const require = createRequire(import.meta.url);

/** A page that `next build` has rendered. */
export type BuildSeed = StoredEntry;

type ResponseContext = { readonly kind: "APP_PAGE" | "APP_ROUTE" };

/**
 * Reads what the build rendered under a key, with Next's own reader, since only that knows the files.
 *
 * @returns null when the build rendered nothing there
 */
export async function readBuildSeed(
  key: string,
  context: ResponseContext,
  { fs, serverDistDir }: Pick<CacheHandlerContext, "fs" | "serverDistDir">,
): Promise<BuildSeed | null> {
  if (fs === undefined || serverDistDir === undefined) return null;
  const {
    default: FileSystemCache,
  }: FileSystemCacheModule = require("next/dist/server/lib/incremental-cache/file-system-cache.js");
  const reader = new FileSystemCache({
    fs,
    serverDistDir,
    flushToDisk: false,
    revalidatedTags: [],
    _requestHeaders: {},
  });
  const found = await reader.get(key, context as Parameters<typeof reader.get>[1]);
  const parsed = nextValue.safeParse(found?.value);
  if (!found || !parsed.success) return null;
  const cacheControl = found.cacheControl ?? (await prerenderedControl(serverDistDir, key));
  return { value: parsed.data, cacheControl };
}

interface PrerenderManifest {
  readonly routes: Readonly<
    Record<string, { initialRevalidateSeconds: number | false; initialExpireSeconds?: number }>
  >;
}

async function prerenderedControl(serverDistDir: string, key: string): Promise<CacheControl> {
  const file = join(serverDistDir, "..", "prerender-manifest.json");
  const manifest: PrerenderManifest = JSON.parse(await readFile(file, "utf8"));
  const route = manifest.routes[key.slice(key.indexOf("/$/") + 2)];
  const expire = route?.initialExpireSeconds;
  return { revalidate: route?.initialRevalidateSeconds ?? false, ...(expire !== undefined && { expire }) };
}
