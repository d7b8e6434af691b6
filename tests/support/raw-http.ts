import { once } from "node:events";
import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import { vi } from "vitest";

/** An answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** The line of the status and the fields, without the empty line. */
  readonly head: string;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
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
        answers = answersIn(received(), { methods });
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

/** A server that says nothing more for so long has forgotten the connection. */
const EXCHANGE_LIMIT_MS = 45_000;

/** Sends bytes over a connection of their own. @returns the answers, when the server has ended it */
export async function exchangeRaw(port: number, bytes: string | Buffer): Promise<readonly RawAnswer[]> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  // That the server resets a connection is an end too; what was received before it counts.
  socket.on("error", () => {});
  socket.setTimeout(EXCHANGE_LIMIT_MS, () => {
    chunks.push(Buffer.from(`(the connection was still open after ${EXCHANGE_LIMIT_MS} ms)`));
    socket.destroy();
  });
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  await once(socket, "close");
  return answersIn(Buffer.concat(chunks), { isOver: true });
}

interface Framing {
  /** Of the requests, in order; GET unless it says otherwise. */
  readonly methods?: readonly string[];
  /** Nothing more comes: an answer that was cut off counts, and a body without a length is all that is left. */
  readonly isOver?: boolean;
}

/**
 * The answers that are whole, by their `Content-Length`.
 *
 * @throws at bytes that are no answer
 */
export function answersIn(
  bytes: Buffer,
  { methods = [], isOver = false }: Framing = {},
): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf("\r\n\r\n", at);
    if (headEnd < 0 && !isOver) break;
    const head = bytes.toString("latin1", at, headEnd < 0 ? bytes.length : headEnd);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    if (Number.isNaN(status) || headEnd < 0) {
      throw new Error(`no answer begins with ${JSON.stringify(head.slice(0, 100))}`);
    }
    const headers = headersIn(head);
    const bodyAt = headEnd + 4;
    const hasBody = methods[answers.length] !== "HEAD" && status >= 200 && status !== 204 && status !== 304;
    const left = isOver ? bytes.length - bodyAt : 0;
    const end = bodyAt + (hasBody ? Number(headers.get("content-length") ?? left) : 0);
    if (end > bytes.length && !isOver) break;
    answers.push({ status, head, headers, body: bytes.subarray(bodyAt, end) });
    at = end;
  }
  return answers;
}

function headersIn(head: string): ReadonlyMap<string, string> {
  const fields = head.split("\r\n").slice(1);
  return new Map(
    fields.map((field) => {
      const [name = "", ...value] = field.split(":");
      return [name.toLowerCase(), value.join(":").trim()] as const;
    }),
  );
}
