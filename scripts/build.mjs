// `npm run build`: the entries that Node loads itself, then Next's build, which loads one of them, the cache
// handler, then what makes the result ready to serve and to move. Needs no database, no Redis and no
// environment: one build runs anywhere.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { buildEntries } from "./build-entries.mjs";
import { recordBuild } from "./build-id.mjs";
import { addCompileHints } from "./compile-hints.mjs";
import { compressAssets } from "./compress-assets.mjs";
import { completeStandalone } from "./standalone.mjs";

process.env.NEXT_TELEMETRY_DISABLED ??= "1";
// Parts of another build would be copied with those of this one.
rmSync(".build", { recursive: true, force: true });
await buildEntries();
const next = spawnSync(process.execPath, ["node_modules/next/dist/bin/next", "build"], { stdio: "inherit" });
if (next.status !== 0) process.exit(next.status ?? 1);
addCompileHints(".next");
await compressAssets(".next/static");
await completeStandalone();
recordBuild();
