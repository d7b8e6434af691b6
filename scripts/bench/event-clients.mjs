// @ts-check
// A process that holds clients of the market's events and notes when each event comes; market-clients.mjs starts
// it. Arguments: the origin of the site, and how many clients. Sends "connected" when all of them have got the
// current snapshot. At "begin" it forgets what came, at "tell" it tells what came since.
import { connect } from "node:net";
import { quantile } from "./statistics.mjs";

/**
 * @typedef {object} Received
 * @property {number} events
 * @property {number} p50Ms from Redis taking the entry to the client having its event
 * @property {number} p95Ms
 * @property {number} lost clients whose connection ended, since the beginning
 */

/** Sockets that connect at once: more than the backlog of the server holds would be refused. */
const CONNECTING = 100;
const PATH = "/api/crypto/dashboard-summary/stream";
const ID = "\nid: ";
/** What is kept to find the end of an id in what comes next. */
const LONGEST_ID = 64;

const [, , origin = "", count = ""] = process.argv;
const { port } = new URL(origin);

/** @type {number[]} */
let delays = [];
let lost = 0;

/** @returns {Promise<void>} resolves with the current snapshot, which is no news */
function openClient() {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1").setEncoding("latin1");
    let isGreeted = false;
    let rest = "";
    socket.on("error", reject);
    socket.once("close", () => {
      lost++;
      reject(new Error("the server closed the connection of a client"));
    });
    socket.on("data", (/** @type {string} */ text) => {
      rest += text;
      let end = 0;
      for (let at = rest.indexOf(ID); at >= 0; at = rest.indexOf(ID, end)) {
        const lineEnd = rest.indexOf("\n", at + ID.length);
        if (lineEnd < 0) break;
        // An id begins with the time at which Redis took the entry, on this machine's clock.
        if (isGreeted) delays.push(Date.now() - Number.parseInt(rest.slice(at + ID.length), 10));
        isGreeted = true;
        end = lineEnd;
        resolve();
      }
      rest = rest.slice(Math.max(end, rest.length - LONGEST_ID));
    });
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
  });
}

process.on("message", (message) => {
  if (message === "begin") {
    delays = [];
    return;
  }
  const ascending = delays.toSorted((one, other) => one - other);
  process.send?.({
    events: ascending.length,
    p50Ms: quantile(ascending, 0.5),
    p95Ms: quantile(ascending, 0.95),
    lost,
  });
});
// The one who counts is gone.
process.once("disconnect", () => process.exit());

for (let left = Number(count); left > 0; left -= CONNECTING) {
  await Promise.all(Array.from({ length: Math.min(left, CONNECTING) }, openClient));
}
process.send?.("connected");
