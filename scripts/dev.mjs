// `npm run dev`: `next dev` on the site's own default port.
import { spawn } from "node:child_process";
import nextEnv from "@next/env";

process.env.NEXT_TELEMETRY_DISABLED ??= "1";
nextEnv.loadEnvConfig(process.cwd(), true, { info: () => {}, error: console.error });
const port = process.env.PORT?.trim() || "8000";
if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
  console.error("PORT must be a whole number from 0 to 65535, e.g. 8000");
  process.exit(1);
}
const next = ["node_modules/next/dist/bin/next", "dev", "--port", port, ...process.argv.slice(2)];
const child = spawn(process.execPath, next, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 1));
