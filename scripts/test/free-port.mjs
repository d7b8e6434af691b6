// @ts-check
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port of 127.0.0.1 that the operating system chose. Another process may take it before it is used: try again
 * with the next one.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("127.0.0.1 gave no TCP port");
  return address.port;
}
