// @ts-check
// The least that a server in Node can do: for each piece that comes on a connection it writes the same bytes, those of the file
// that BENCH_ANSWER names. What the site serves is held against it (comparison.mjs).
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const answer = readFileSync(process.env.BENCH_ANSWER ?? "");
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", () => socket.write(answer));
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`ready at http://localhost:${address.port} `);
});
process.on("SIGTERM", () => process.exit());
