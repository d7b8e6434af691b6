import { STATUS_CODES, validateHeaderName, validateHeaderValue } from "node:http";
import type { Fields } from "./page-cache/fields";

interface Made {
  readonly key: string;
  readonly bytes: Buffer;
}

/** Heads of answers as bytes. The same answer within a second has the same one. */
export class ReplyHeads {
  readonly #end: string;
  /** By the fields of a representation, which are one object as long as it lives. */
  readonly #made = new WeakMap<Fields, Made>();
  readonly #starts = new WeakMap<Fields, string>();
  #second = 0;
  #date = "";

  constructor(keepAliveMs: number) {
    const seconds = Math.floor(keepAliveMs / 1_000);
    this.#end = `Connection: keep-alive\r\nKeep-Alive: timeout=${seconds}\r\n\r\n`;
  }

  /**
   * @param fields of the representation
   * @param changing what the cache says, other each second at most
   * @param own of this exchange
   * @throws TypeError when a field would not stay in its line, with the code that Node's own response gives
   */
  of(status: number, fields: Fields, changing: Fields, own: Fields): Buffer {
    const second = Math.floor(Date.now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#date = new Date(second * 1_000).toUTCString();
    }
    const key = `${second} ${status} ${changing.join()} ${own.join()}`;
    const made = this.#made.get(fields);
    if (made?.key === key) return made.bytes;
    let start = this.#starts.get(fields);
    if (start === undefined) {
      start = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${linesOf(fields)}`;
      this.#starts.set(fields, start);
    }
    const text = `${start}${linesOf(changing)}${linesOf(own)}Date: ${this.#date}\r\n${this.#end}`;
    const bytes = Buffer.from(text, "latin1");
    this.#made.set(fields, { key, bytes });
    return bytes;
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
