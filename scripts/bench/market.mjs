// @ts-check
// How fast the market's stream is read, and what thousands of clients of events cost the production server:
// `npm run build && node scripts/bench/market.mjs`. Prints tables for docs/performance.md; progress goes to
// standard error.
//
//   --only reading | clients
//   --clients N --connections N --seconds N
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { machine } from "./fixture-site.mjs";
import { measureEventClients } from "./market-clients.mjs";
import { readingTable } from "./market-reading.mjs";
import { openWorkbench } from "./workbench.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    clients: { type: "string", default: "5000" },
    connections: { type: "string", default: "100" },
    seconds: { type: "string", default: "20" },
  },
});

if (values.only !== "clients") {
  const table = await readingTable();
  console.log(`${machine()}, load average ${loadavg()[0]?.toFixed(1)}\n\n${table}\n`);
}
if (values.only !== "reading") {
  const workbench = await openWorkbench();
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
    process.once(signal, () => void workbench.close().finally(() => process.exit(1)));
  }
  try {
    const report = await measureEventClients(workbench, {
      clients: Number(values.clients),
      connections: Number(values.connections),
      seconds: Number(values.seconds),
    });
    console.log(`${workbench.description()}\n\n${report}`);
  } finally {
    await workbench.close();
  }
}
