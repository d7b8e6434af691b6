// Compiles what Node loads itself, outside of Next's bundler, into `.build/`: the production entry, the
// worker thread of the document pipeline and Next's cache handler. Packages stay external.
import { build } from "esbuild";

/** @returns {Promise<void>} */
export async function buildEntries() {
  await build({
    entryPoints: {
      server: "lib/main.ts",
      "document-worker": "lib/reports/document/worker.ts",
      "cache-handler": "lib/isr/cache-handler.ts",
    },
    outdir: ".build",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    logLevel: "warning",
  });
}

if (import.meta.url === `file://${process.argv[1]}`) await buildEntries();
