// @ts-check
import { stampede } from "./stampede.mjs";
import { ADMIN_SECRET } from "./workbench.mjs";
import { BROWSER } from "./workload.mjs";
import { REPORT } from "./workloads.mjs";

/** The page after `proxy.ts`, as the log names it. */
const RENDERED = new RegExp(`"path":"/vi${REPORT}"[^\n]*"msg":"page rendered"`, "g");

/**
 * How often a server renders one page in a cold stampede. It tells so only while it tells of each request,
 * which costs time: what is counted here is not timed.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("./workbench.mjs").ServerOptions} options
 * @returns {Promise<string>}
 */
export async function countRenders({ startServer }, options) {
  let output = "";
  const server = await startServer({
    ...options,
    env: { DEBUG: "1" },
    onOutput: (text) => {
      output += text;
    },
  });
  const before = output.length;
  await stampede(server.url, REPORT, { "Accept-Encoding": BROWSER }, ADMIN_SECRET);
  // When it has ended, all that it printed has come.
  await server.stop();
  const renders = output.slice(before).match(RENDERED)?.length ?? 0;
  return renders === 1 ? "1 render" : `${renders} renders`;
}
