// @ts-check
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Modules of the site. Node does not load TypeScript: what is measured is compiled first.
 *
 * @param {readonly string[]} names below `lib/`, without their ending: `market/hub`
 * @returns {Promise<any[]>} what each exports, in that order
 */
export async function loadCompiled(names) {
  const outdir = join(root, ".cache", "bench");
  await build({
    entryPoints: names.map((name) => join(root, "lib", `${name}.ts`)),
    outdir,
    outbase: join(root, "lib"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  return Promise.all(names.map((name) => import(pathToFileURL(join(outdir, `${name}.mjs`)).href)));
}
