import { acceptedEncodings } from "./content-encoding";
import type { StoredAnswer } from "./stored-answer";

/** Compressing well takes a core for half a second a page; more of them at once would take it from visitors. */
const MAX_WAITING = 100;

/**
 * Makes the codings of answers, in the thread pool. What a visitor waits for is made quickly; the rest after
 * that, one at a time.
 */
export class RepresentationMaker {
  readonly #asked = new WeakSet<StoredAnswer>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #isWorking = false;

  /** The coding that this visitor prefers. Never rejects: identity is always there. */
  async makeFirst(answer: StoredAnswer, acceptEncoding: string | undefined): Promise<void> {
    const missing = answer.missing("quick");
    const [first] = acceptedEncodings(acceptEncoding);
    if (first === undefined || first === "identity" || !missing.includes(first)) return;
    await answer.prepare(first, "quick").catch(() => {});
  }

  /** The others. `onMade` is called after each. */
  makeOthers(answer: StoredAnswer, onMade: () => void): void {
    if (answer.missing("quick").length > 0) this.#enqueue(answer, "quick", onMade);
  }

  /** All of them as small as can be, for an answer that is asked for again. Does it once. */
  improve(answer: StoredAnswer, onMade: () => void): void {
    if (this.#asked.has(answer) || this.#waiting.length >= MAX_WAITING) return;
    this.#asked.add(answer);
    if (answer.missing("thorough").length > 0) this.#enqueue(answer, "thorough", onMade);
  }

  #enqueue(answer: StoredAnswer, effort: "quick" | "thorough", onMade: () => void): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(async () => {
      for (const encoding of answer.missing(effort)) {
        await answer.prepare(encoding, effort).catch(() => {});
        onMade();
      }
    });
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await next();
    this.#isWorking = false;
  }
}
