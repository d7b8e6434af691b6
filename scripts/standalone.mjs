// @ts-check
// Makes `.next/standalone` whole: a folder that runs the site with Node and nothing else. Next puts there what
// its own server and the routes need. It knows nothing of the entries that Node loads itself.
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nodeFileTrace } from "@vercel/nft";

const STANDALONE = ".next/standalone";
/** Compiled by scripts/build-entries.mjs. */
const ENTRIES = ".build";
/** Read by path, so no trace finds them. */
const READ_BY_PATH = [
  ".next/static",
  "migrations",
  "public",
  "samples",
  ...["brands", "regular", "solid"].map((set) => `node_modules/@fortawesome/free-${set}-svg-icons`),
];
const TYPES = /\.d\.m?ts$/;
/** Used where it happens to be installed, to colour a terminal. */
const OPTIONAL = ["node_modules/supports-color/", "node_modules/has-flag/"];
/** Next has copied what a production server needs of itself; a trace of its own would bring the compilers. */
const COPIED_BY_NEXT = ["node_modules/next/", "node_modules/react/", "node_modules/react-dom/"];

export async function completeStandalone() {
  const entries = readdirSync(ENTRIES).filter((name) => name.endsWith(".js"));
  const { fileList } = await nodeFileTrace(
    entries.map((name) => join(ENTRIES, name)),
    { ignore: (path) => COPIED_BY_NEXT.some((folder) => path.startsWith(folder)) },
  );
  for (const path of [...fileList, ...READ_BY_PATH]) {
    cpSync(path, join(STANDALONE, path), { recursive: true, filter: (source) => !TYPES.test(source) });
  }
  for (const folder of OPTIONAL) rmSync(join(STANDALONE, folder), { recursive: true, force: true });
  // Next's own minimal server knows no database, no cache and no signals.
  rmSync(join(STANDALONE, "server.js"), { force: true });
}
