import { getEventListeners } from "node:events";
import type { LiveMarketOptions } from "../../components/market/live-market";

type Fetched = Awaited<ReturnType<LiveMarketOptions["fetch"]>>;

/** A stream of events, in the hands of the test. */
export class FakeStream {
  onmessage: EventSource["onmessage"] = null;
  onerror: EventSource["onerror"] = null;
  isClosed = false;

  constructor(readonly url: string) {}

  close(): void {
    this.isClosed = true;
  }

  send(data: string, lastEventId = ""): void {
    const event = new MessageEvent("message", { data, lastEventId });
    if (!this.isClosed) this.onmessage?.call(this as unknown as EventSource, event);
  }

  fail(): void {
    if (!this.isClosed) this.onerror?.call(this as unknown as EventSource, new Event("error"));
  }
}

/** A request that waits for its answer, in the hands of the test. */
export class FakePoll {
  readonly answered: Promise<Fetched>;
  isOver = false;
  #settle: (answer: Fetched) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(
    readonly url: string,
    readonly init: RequestInit,
  ) {
    this.answered = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#reject = reject;
    });
    init.signal?.addEventListener("abort", () => this.fail());
  }

  answer(body: string, headers: Readonly<Record<string, string>> = {}, status = 200): void {
    this.isOver = true;
    this.#settle({ ok: status === 200, headers: new Headers(headers), text: async () => body });
  }

  fail(): void {
    this.isOver = true;
    this.#reject(new TypeError("Failed to fetch"));
  }
}

/** A window whose network, page and frames do what the test says. Its clock is that of `vi.useFakeTimers`. */
export class FakeBrowser extends EventTarget implements LiveMarketOptions {
  readonly streams: FakeStream[] = [];
  readonly polls: FakePoll[] = [];
  readonly frames = new Map<number, () => void>();
  readonly document = Object.assign(new EventTarget(), {
    visibilityState: "visible" as DocumentVisibilityState,
  });
  readonly navigator = { onLine: true };
  readonly EventSource?: NonNullable<LiveMarketOptions["EventSource"]>;
  #lastFrame = 0;

  constructor({ hasEvents = true } = {}) {
    super();
    if (!hasEvents) return;
    const { streams } = this;
    this.EventSource = class extends FakeStream {
      constructor(url: string) {
        super(url);
        streams.push(this);
      }
    };
  }

  fetch(url: string, init: RequestInit): Promise<Fetched> {
    const poll = new FakePoll(url, init);
    this.polls.push(poll);
    return poll.answered;
  }

  requestAnimationFrame(callback: () => void): number {
    this.frames.set(++this.#lastFrame, callback);
    return this.#lastFrame;
  }

  cancelAnimationFrame(handle: number): void {
    this.frames.delete(handle);
  }

  /** What a browser does sixty times a second while a page is visible. */
  paint(): void {
    const callbacks = [...this.frames.values()];
    this.frames.clear();
    for (const callback of callbacks) callback();
  }

  show(visibilityState: DocumentVisibilityState): void {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }

  connect(onLine: boolean): void {
    this.navigator.onLine = onLine;
    this.dispatchEvent(new Event(onLine ? "online" : "offline"));
  }

  /** The one that was opened last. */
  get stream(): FakeStream {
    return last(this.streams);
  }

  /** The one that was sent last. */
  get poll(): FakePoll {
    return last(this.polls);
  }

  get openStreams(): readonly FakeStream[] {
    return this.streams.filter(({ isClosed }) => !isClosed);
  }

  get openPolls(): readonly FakePoll[] {
    return this.polls.filter(({ isOver }) => !isOver);
  }

  get listenerCount(): number {
    const types = ["online", "offline", "pagehide", "pageshow", "visibilitychange"];
    return types.flatMap((type) => [
      ...getEventListeners(this, type),
      ...getEventListeners(this.document, type),
    ]).length;
  }
}

function last<Item>(items: readonly Item[]): Item {
  const item = items.at(-1);
  if (item === undefined) throw new Error("The browser has opened no connection of this kind");
  return item;
}
