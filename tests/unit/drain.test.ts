import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test, vi } from "vitest";
import { createDrain, type Drain } from "@/lib/process/drain";

/** More than the operating system keeps for a connection whose reader does not read. */
const LARGE = Buffer.alloc(16 * 1024 * 1024, "x");
const NEVER_MS = 2 ** 30;

const ends: (() => unknown)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Running extends Drain {
  readonly server: Server;
  readonly port: number;
  /** The server's ends of its connections, as they came. */
  readonly sockets: readonly Socket[];
}

async function serve(handler: RequestListener): Promise<Running> {
  const server = createServer(handler);
  const drain = createDrain(server);
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { ...drain, server, sockets, port: (server.address() as AddressInfo).port };
}

/** A client that keeps its connections. */
function keepAlive() {
  const agent = new Agent({ keepAlive: true });
  ends.push(() => agent.destroy());
  return async (port: number, path = "/"): Promise<IncomingMessage> => {
    const [response] = await once(get({ agent, port, path, host: "127.0.0.1" }), "response");
    return response;
  };
}

function rawClient(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  ends.push(() => socket.destroy());
  return socket;
}

test("a connection that waits for its next request ends at once", async () => {
  const { drain, port, sockets } = await serve((_request, response) => response.end("one"));
  expect(await text(await keepAlive()(port))).toBe("one");
  expect(sockets[0]?.destroyed).toBe(false);
  await drain(NEVER_MS);
  expect(sockets[0]?.destroyed).toBe(true);
});

test("a connection that was opened ahead of need ends at once", async () => {
  const { drain, port, sockets } = await serve((_request, response) => response.end());
  const client = rawClient(port);
  await vi.waitUntil(() => sockets.length === 1);
  await drain(NEVER_MS);
  await once(client.resume(), "close");
});

test("nobody new is let in", async () => {
  const { drain, port } = await serve((_request, response) => response.end());
  await drain(NEVER_MS);
  const [error] = await once(rawClient(port), "error");
  expect(error.code).toBe("ECONNREFUSED");
});

test("an answer that has not begun is given, and says that the connection ends with it", async () => {
  let answer = () => {};
  const { drain, port, server } = await serve((_request, response) => {
    answer = () => response.writeHead(200, { "content-length": "4" }).end("late");
  });
  const asked = once(server, "request");
  const response = keepAlive()(port);
  await asked;
  const drained = drain(NEVER_MS);
  answer();
  expect((await response).headers.connection).toBe("close");
  expect(await text(await response)).toBe("late");
  await drained;
});

test("an answer that has begun is given to its end, and the connection ends after it", async () => {
  let end = () => {};
  const { drain, port } = await serve((_request, response) => {
    response.write("first, ");
    end = () => response.end("second");
  });
  const response = await keepAlive()(port);
  expect(response.headers.connection).toBe("keep-alive");
  const drained = drain(NEVER_MS);
  end();
  expect(await text(response)).toBe("first, second");
  await drained;
});

test("an answer that waits for a slow reader is not cut short", async () => {
  const { drain, port, sockets } = await serve((_request, response) => response.end(LARGE));
  const response = await keepAlive()(port);
  expect(sockets[0]?.writableLength).toBeGreaterThan(0);
  const drained = drain(NEVER_MS);
  expect(await text(response)).toHaveLength(LARGE.length);
  await drained;
});

/** Two requests that were sent without waiting between them. */
async function pipelined() {
  const answers = new Map<string | undefined, () => void>();
  const running = await serve(
    ({ url }, response) => void answers.set(url, () => response.end(`body of ${url}`)),
  );
  const client = rawClient(running.port);
  client.write("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  await vi.waitUntil(() => answers.size === 2);
  return { ...running, client, answer: (url: string) => answers.get(url)?.() };
}

test("all pipelined requests are answered, and the last answer says that the connection ends", async () => {
  const { drain, client, answer } = await pipelined();
  const drained = drain(NEVER_MS);
  answer("/a");
  answer("/b");
  const received = await text(client);
  expect(received.match(/body of .*/g)).toEqual([expect.stringMatching("^body of /a"), "body of /b"]);
  expect(received.match(/^connection: .*$/gim)).toEqual(["Connection: keep-alive", "connection: close"]);
  await drained;
});

test("an answer that waits for an earlier one on its connection is given", async () => {
  const { drain, client, answer } = await pipelined();
  answer("/b");
  const drained = drain(NEVER_MS);
  answer("/a");
  expect((await text(client)).match(/body of \/[ab]/g)).toEqual(["body of /a", "body of /b"]);
  await drained;
});

test("a request that was arriving is answered, and its connection ends", async () => {
  const { drain, port, sockets } = await serve((_request, response) => response.end("in time"));
  const client = rawClient(port);
  client.write("GET / HTTP/1.1\r\nHo");
  await vi.waitUntil(() => (sockets[0]?.bytesRead ?? 0) > 0);
  const drained = drain(NEVER_MS);
  client.write("st: x\r\n\r\n");
  expect(await text(client)).toMatch(/^HTTP\/1\.1 200 OK\r\nconnection: close\r\n.*in time$/s);
  await drained;
});

test("streams that never end are told to, once", async () => {
  const { drain, onDrain, port } = await serve((_request, response) => {
    response.write("event: first\n\n");
    onDrain(() => response.end("event: last\n\n"));
  });
  const over = vi.fn();
  const takeBack = onDrain(over);
  takeBack();
  const response = await keepAlive()(port);
  const drained = drain(NEVER_MS);
  expect(await text(response)).toBe("event: first\n\nevent: last\n\n");
  await drained;
  expect(over).not.toHaveBeenCalled();
});

test("a stream that is opened while draining is told at once", async () => {
  const { drain, onDrain } = await serve(() => {});
  await drain(NEVER_MS);
  const told = vi.fn();
  onDrain(told);
  expect(told).toHaveBeenCalledOnce();
});

test("what has not ended by the limit is cut off", async () => {
  const { drain, port } = await serve((_request, response) => void response.write("begun"));
  const response = await keepAlive()(port);
  await drain(1);
  await expect(text(response)).rejects.toThrow("aborted");
});

test("draining twice is draining once, and a server that never listened has nothing to drain", async () => {
  const { drain } = await serve(() => {});
  expect(drain(NEVER_MS)).toBe(drain(1));
  await drain(1);
  await createDrain(createServer()).drain(NEVER_MS);
});
