import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface FreezingProxy {
  /** The URL of the server behind, as it is reached through the proxy. */
  readonly url: string;
  /** From now on nothing passes, and nobody is told: connections stay open and are accepted. */
  freeze(): void;
  /** New connections pass again; those that were frozen stay silent. */
  thaw(): void;
  /** Connections to the proxy that are open. */
  connections(): number;
  close(): Promise<void>;
}

/** A network that can go silent, in front of the server in `target`. */
export async function startFreezingProxy(target: string): Promise<FreezingProxy> {
  const behind = new URL(target);
  const clients = new Set<Socket>();
  const upstreams = new Set<Socket>();
  let frozen = false;

  const server = createServer((client) => {
    clients.add(client.on("error", () => {}));
    client.on("close", () => clients.delete(client));
    if (frozen) return client.resume();
    const upstream = connect(Number(behind.port), behind.hostname);
    upstreams.add(upstream.on("error", () => client.destroy()));
    client.pipe(upstream).pipe(client);
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => upstreams.delete(upstream));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze() {
      frozen = true;
      for (const socket of [...clients, ...upstreams]) {
        socket.unpipe();
        // Read on, so that a client that goes is seen to go.
        socket.resume();
      }
    },
    thaw() {
      frozen = false;
    },
    connections: () => clients.size,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of [...clients, ...upstreams]) socket.destroy();
      await closed;
    },
  };
}
