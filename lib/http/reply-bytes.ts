import { STATUS_CODES, validateHeaderName, validateHeaderValue } from "node:http";
import { LRUCache } from "lru-cache";
import type { Fields } from "./page-cache/fields";
import type { Outcome } from "./page-cache/outcome";
import { cacheFields, type Reply } from "./page-cache/send-answer";

/** What the cache says of an answer: the same for all within a second. */
export interface Told {
  readonly outcome?: Outcome;
  readonly ageMs?: number;
  readonly handlerMs?: number;
}

/** A head, and a body that follows it in a buffer of its own; null where there is none, or where both are in `head`. */
export interface ReplyChunks {
  readonly head: Buffer;
  readonly body: Buffer | null;
}

/** What was made of a reply, and what of. It holds no body but its own copy, or bodies would outlive their answers. */
interface Made {
  readonly status: number;
  readonly second: number;
  readonly outcome: Outcome | undefined;
  readonly ageSeconds: number;
  readonly handlerMs: number | undefined;
  readonly hasBody: boolean;
  /** All but the lines of the exchange, and the last ones. */
  readonly lines: string;
  readonly own: Fields;
  readonly head: Buffer;
  /** Of both, where the body is small. */
  readonly joined: ReplyChunks | null;
}

/** A larger body costs more to copy than a second write. */
const LARGEST_JOINED_BYTES = 64 * 1024;
/** Of replies that were sent in the last second or so: what is not among them is made again. */
const REMEMBERED_BYTES = 4 * 1024 * 1024;

/**
 * The bytes of answers. Those of the same answer within a second are the same, and made once: a head and a small body
 * in one piece, so that they go out by one write.
 */
export class ReplyBytes {
  readonly #connection: string;
  /** By the fields of a representation, which are one object as long as it lives. */
  readonly #made = new LRUCache<Fields, Made>({
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: ({ lines, head, joined }) => lines.length + head.length + (joined?.head.length ?? 0),
  });
  #second = 0;
  /** The last lines: the date, and what holds for the connection. */
  #end = "";

  constructor(keepAliveMs: number) {
    const seconds = Math.floor(keepAliveMs / 1_000);
    this.#connection = `Connection: keep-alive\r\nKeep-Alive: timeout=${seconds}\r\n\r\n`;
  }

  /**
   * @param own fields of this exchange; the same object each time where they are the same
   * @throws TypeError when a field would not stay in its line, with the code that Node's own response gives
   */
  of(reply: Reply, told: Told, own: Fields): ReplyChunks {
    const { status, fields, body } = reply;
    const second = Math.floor(Date.now() / 1_000);
    const ageSeconds = told.ageMs === undefined ? -1 : Math.floor(told.ageMs / 1_000);
    const known = this.#made.get(fields);
    const isCurrent =
      known !== undefined &&
      known.second === second &&
      known.ageSeconds === ageSeconds &&
      known.outcome === told.outcome &&
      known.handlerMs === told.handlerMs &&
      known.hasBody === (body !== null) &&
      known.status === status;
    if (isCurrent && known.own === own) return known.joined ?? { head: known.head, body };
    this.#tell(second);
    if (isCurrent) return { head: this.#headOf(known.lines, own), body };

    const lines = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${linesOf(fields)}${linesOf(cacheFields(told))}`;
    const head = this.#headOf(lines, own);
    const { representation } = reply;
    // Those of a part of it are made for one answer.
    if (fields !== representation.fields && fields !== representation.notModifiedFields)
      return { head, body };
    const joined =
      body !== null && body.length <= LARGEST_JOINED_BYTES
        ? { head: Buffer.concat([head, body]), body: null }
        : null;
    this.#made.set(fields, {
      status,
      second,
      outcome: told.outcome,
      ageSeconds,
      handlerMs: told.handlerMs,
      hasBody: body !== null,
      lines,
      own,
      head,
      joined,
    });
    return joined ?? { head, body };
  }

  #headOf(lines: string, own: Fields): Buffer {
    return Buffer.from(`${lines}${linesOf(own)}${this.#end}`, "latin1");
  }

  #tell(second: number): void {
    if (second === this.#second) return;
    this.#second = second;
    this.#end = `Date: ${new Date(second * 1_000).toUTCString()}\r\n${this.#connection}`;
  }
}

function linesOf(fields: Fields): string {
  let lines = "";
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? "";
    const value = fields[at + 1] ?? "";
    validateHeaderName(name);
    validateHeaderValue(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
