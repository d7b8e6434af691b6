import { fileURLToPath } from "node:url";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants.js";
import createNextIntlPlugin from "next-intl/plugin";
import { sharedPackages } from "./scripts/shared-packages.mjs";

const withNextIntl = createNextIntlPlugin("./lib/i18n/request.ts");

export default async function config(phase) {
  // `next dev` has no build step of its own; the production build compiles these in scripts/build.mjs.
  if (phase === PHASE_DEVELOPMENT_SERVER) await (await import("./scripts/build-entries.mjs")).buildEntries();

  return withNextIntl({
    reactStrictMode: true,
    // A folder that runs without this one; scripts/standalone.mjs adds what Next does not know of.
    output: "standalone",
    // The front server does, once for each page and not once for each answer.
    compress: false,
    // No page has a picture that would have to be resized, and the library for it is 20 MB.
    images: { unoptimized: true },
    outputFileTracingExcludes: { "*": ["node_modules/sharp/**", "node_modules/@img/**"] },
    poweredByHeader: false,
    // Next hashes the whole page anew for each answer, 6 MB in a quarter of a second.
    generateEtags: false,
    // The page cache heeds Vary, and asks without the hash that Next adds to addresses for caches that do not.
    experimental: { validateRSCRequestHeaders: false },
    // `npm run check` checks types, tests and scripts included; a build need not do it again.
    typescript: { ignoreBuildErrors: true },
    // Rendered pages are in the site's own cache (lib/isr), not on disk or in memory of Next's.
    ...(phase !== PHASE_DEVELOPMENT_SERVER && {
      cacheHandler: fileURLToPath(new URL(".build/cache-handler.js", import.meta.url)),
    }),
    cacheMaxMemorySize: 0,
    // A bundle of its own for each route would hold zod once more.
    serverExternalPackages: [...sharedPackages, "zod"],
  });
}
