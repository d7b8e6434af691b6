// `npm run dev`: `next dev` on the site's own defaults for where to listen.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import nextEnv from "@next/env";
import { endWithShell } from "./shell.mjs";

process.env.NEXT_TELEMETRY_DISABLED ??= "1";
nextEnv.loadEnvConfig(process.cwd(), true, { info: () => {}, error: console.error });
const port = process.env.PORT?.trim() || "8000";
const host = process.env.HOST?.trim() || "0.0.0.0";
const isLoopback = ["localhost", "127.0.0.1", "::1"].includes(host);
if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
  console.error("PORT must be a whole number from 0 to 65535, e.g. 8000");
  process.exit(1);
}
if (!isLoopback && host !== "0.0.0.0" && host !== "::") {
  console.error("HOST must be 0.0.0.0 or 127.0.0.1 in development, e.g. 127.0.0.1");
  process.exit(1);
}
await expectFree();
const next = ["node_modules/next/dist/bin/next", "dev", "--port", port];
// "localhost" alone: beside any other name Next takes the site's rewrites for redirects, and pages lead to themselves.
if (isLoopback) next.push("--hostname", "localhost");
next.push(...process.argv.slice(2));
const child = spawn(process.execPath, next, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
endWithShell();
child.on("exit", (code) => process.exit(code ?? 1));

/** Next would print where in its code it failed, and no way out. */
async function expectFree() {
  const probe = createServer();
  try {
    await once(probe.listen(Number(port), host), "listening");
  } catch (error) {
    const reason =
      error.code === "EADDRINUSE" ? "is in use by another program" : `cannot be listened on (${error.code})`;
    console.error(`Port ${port} on ${host} ${reason}; choose another with PORT, e.g. PORT=8001`);
    process.exit(1);
  }
  await new Promise((resolve) => probe.close(resolve));
}
