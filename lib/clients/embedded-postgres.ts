import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { lockDataDirectory } from "./data-directory";
import { hearNotices } from "./embedded-notices";
import type { PostgresTarget } from "./postgres";

export interface EmbeddedPostgres {
  readonly target: PostgresTarget;
  /**
   * Calls `heard` with what any statement notifies on `channel`. `LISTEN` over the socket would not
   * do: the answer with the notice goes to the client that wrote.
   *
   * @returns ends the subscription
   */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/**
 * Opens the embedded Postgres (PGlite) in `directory` and puts it behind a private socket, so that
 * the same client and the same SQL serve both kinds of database. Takes about 3 s the first time.
 *
 * @throws DataDirectoryInUseError when another process has the folder open.
 */
export async function openEmbeddedPostgres(directory: string): Promise<EmbeddedPostgres> {
  const unlock = lockDataDirectory(directory);
  try {
    // A site with a database of its own does not load them.
    const [pglite, { PGLiteSocketServer }] = await Promise.all([
      import("@electric-sql/pglite"),
      import("@electric-sql/pglite-socket"),
    ]);
    const db = await pglite.PGlite.create(join(directory, "postgres"));
    const listen = hearNotices(db, pglite);
    const socket = socketAddress();
    const server = new PGLiteSocketServer({ db, ...socket.listen, maxConnections: 8 });
    await server.start();
    return {
      target: socket.target(server),
      listen,
      async close() {
        try {
          await server.stop();
          await db.close();
        } finally {
          socket.remove();
          unlock();
        }
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

interface SocketAddress {
  readonly listen: { path: string } | { host: string; port: number };
  target(server: PGLiteSocketServer): PostgresTarget;
  remove(): void;
}

/** A Unix socket lives in the temporary folder: its path may have about 100 characters only. */
function socketAddress(): SocketAddress {
  if (process.platform === "win32") {
    return {
      listen: { host: "127.0.0.1", port: 0 },
      target: (server) => ({ host: "127.0.0.1", port: Number(server.getServerConn().split(":").at(-1)) }),
      remove: () => {},
    };
  }
  const folder = mkdtempSync(join(tmpdir(), "wsr-"));
  const path = join(folder, ".s.PGSQL.5432");
  return {
    listen: { path },
    target: () => ({ path }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
