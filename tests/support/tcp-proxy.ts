import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** A network that loses everything without a word: connections stay, no byte arrives. */
  swallow(): void;
  /** Ends all connections and refuses new ones. */
  cut(): void;
  /** Resets all connections, as a server does that lost its state. */
  reset(): void;
  /** Carries again. What was swallowed stays lost. */
  restore(): void;
  /** Connections of clients that are open. */
  connections(): number;
  close(): Promise<void>;
}

/** Stands between a client and a server, to fail the way networks do. */
export async function startTcpProxy(targetPort: number, targetHost = "127.0.0.1"): Promise<TcpProxy> {
  let state: "carries" | "swallows" | "refuses" = "carries";
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();

  function carry(from: Socket, to: Socket): void {
    sockets.add(from);
    from.on("data", (bytes) => {
      if (state === "carries") to.write(bytes);
    });
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
  }

  const server = createServer((client) => {
    if (state === "refuses") {
      client.destroy();
      return;
    }
    clients.add(client.on("close", () => clients.delete(client)));
    const target = connect(targetPort, targetHost);
    carry(client, target);
    carry(target, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    swallow() {
      state = "swallows";
    },
    cut() {
      state = "refuses";
      endAll();
    },
    reset() {
      for (const client of clients) client.resetAndDestroy();
    },
    restore() {
      state = "carries";
    },
    connections: () => clients.size,
    async close() {
      endAll();
      server.close();
      await once(server, "close");
    },
  };
}
