import { once } from "node:events";
import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import { vi } from "vitest";

/** An answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** The line of the status and the fields, without the empty line. */
  readonly head: string;
  readonly body: Buffer;
}

export interface RawClient {
  readonly socket: Socket;
  /** One character a byte. */
  send(text: string): void;
  /** All that has come. */
  received(): Buffer;
  /** Waits until so many answers are whole. `methods` of their requests, in order; GET unless it says otherwise. */
  answers(count: number, methods?: readonly string[]): Promise<readonly RawAnswer[]>;
  /** Waits until the server has ended the connection. */
  ended(): Promise<Buffer>;
}

const DEADLINE = { timeout: 20_000, interval: 1 };

/** A connection on which anything can be sent, and whose bytes are kept as they come. */
export async function connectRaw(port: number, options: Partial<TcpNetConnectOpts> = {}): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, ...options });
  let chunks: Buffer[] = [];
  let isOver = false;
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const received = () => {
    const whole = Buffer.concat(chunks);
    chunks = [whole];
    return whole;
  };
  for (const event of ["end", "close"]) {
    socket.on(event, () => {
      isOver = true;
    });
  }
  // A connection that is cut off is one that has ended.
  socket.on("error", () => {});
  await once(socket, "connect");
  return {
    socket,
    send: (text) => void socket.write(text, "latin1"),
    received,
    async answers(count, methods = []) {
      let answers: readonly RawAnswer[] = [];
      await vi.waitUntil(() => {
        answers = answersIn(received(), methods);
        return answers.length >= count;
      }, DEADLINE);
      return answers;
    },
    async ended() {
      await vi.waitUntil(() => isOver, DEADLINE);
      return received();
    },
  };
}

/** The answers that are whole, by their `Content-Length`. */
export function answersIn(bytes: Buffer, methods: readonly string[] = []): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n\r\n", at);
    if (end < 0) return answers;
    const head = bytes.toString("latin1", at, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    if (Number.isNaN(status)) throw new Error(`no answer begins with ${JSON.stringify(head.slice(0, 100))}`);
    const hasBody = methods[answers.length] !== "HEAD" && status >= 200 && status !== 204 && status !== 304;
    const length = hasBody ? Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0) : 0;
    const bodyAt = end + 4;
    if (bytes.length < bodyAt + length) return answers;
    answers.push({ status, head, body: bytes.subarray(bodyAt, bodyAt + length) });
    at = bodyAt + length;
  }
}
