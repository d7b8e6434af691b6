import { plainText } from "./plain-text";

/** Stable names of what can go wrong in a report's script. */
export type ScriptFailureCode =
  /** The source does not parse; nothing of it ran. */
  | "syntax"
  /** The source is longer than the limit; nothing of it ran. */
  | "script-limit"
  /** An error left the script, a callback, a promise or the entry function. */
  | "threw"
  | "time-limit"
  | "memory-limit"
  | "stack-limit"
  /** A chart was not drawn because there are too many, or too much data in all. */
  | "chart-limit"
  /** A chart was drawn from its first points only. */
  | "point-limit"
  /** Later calls of the drawing functions are ignored. */
  | "call-limit"
  /** A drawing call without a host element or usable data; it was skipped. */
  | "bad-call"
  /** The interpreter itself failed or could not be loaded. */
  | "engine";

export interface ScriptFailure {
  readonly code: ScriptFailureCode;
  /** One line for a log, at most 200 characters; it may quote the script and is not for readers. */
  readonly message: string;
}

const MESSAGE_LENGTH = 200;

/** The first failures of a run, and one of each kind that happens once; a loop cannot make it grow. */
export class FailureLog {
  readonly entries: ScriptFailure[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(code: ScriptFailureCode, message: string): void {
    if (this.entries.length < this.#limit) this.#push(code, message);
  }

  /** Adds a failure that says the same however often it happens, and is never left out. */
  addOnce(code: ScriptFailureCode, message: string): void {
    if (!this.entries.some((entry) => entry.code === code)) this.#push(code, message);
  }

  #push(code: ScriptFailureCode, message: string): void {
    this.entries.push({ code, message: plainText(message.slice(0, 4 * MESSAGE_LENGTH), MESSAGE_LENGTH) });
  }
}
