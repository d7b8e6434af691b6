// Tells whether the build in `.next` and `.build` was made from the sources as they are now.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const SOURCES = [
  "app",
  "components",
  "lib",
  "messages",
  "public",
  "scripts",
  "instrumentation.ts",
  "proxy.ts",
  "next.config.mjs",
  "package-lock.json",
  "tsconfig.json",
];
const RECORD = ".build/sources.sha256";

export function isBuildCurrent() {
  return existsSync(".next/BUILD_ID") && existsSync(RECORD) && readFileSync(RECORD, "utf8") === hashSources();
}

export function recordBuild() {
  writeFileSync(RECORD, hashSources());
}

function hashSources() {
  const hash = createHash("sha256");
  for (const source of SOURCES) addToHash(hash, source);
  return hash.digest("hex");
}

function addToHash(hash, path) {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) addToHash(hash, join(path, name));
    return;
  }
  hash.update(`${path}\0`).update(readFileSync(path));
}
