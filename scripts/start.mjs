// `npm start`: builds if there is no current build, then becomes the server.
import { spawnSync } from "node:child_process";
import { isBuildCurrent } from "./build-id.mjs";
import { endWithShell } from "./shell.mjs";

process.env.NODE_ENV = "production";
if (!isBuildCurrent()) {
  console.log("Building the site (about a minute; only when the sources changed) …");
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
await import("../.build/server.js");
endWithShell();
