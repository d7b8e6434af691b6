import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** Inside the project, so that the packages are found. */
const DIRECTORY = join(import.meta.dirname, "../../.cache/test");

/** Makes `tests/fixtures/{name}.ts` a program that Node runs. @returns its path */
export async function compileFixture(name: string): Promise<string> {
  await mkdir(DIRECTORY, { recursive: true });
  const outfile = join(DIRECTORY, `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `../fixtures/${name}.ts`)],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
  return outfile;
}
