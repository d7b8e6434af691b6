import { parseReading, type Reading } from "./reading";

/** What a feed uses of a browser. */
export interface FeedBrowser {
  /** Absent in a browser that has none. */
  readonly EventSource?: new (
    url: string,
  ) => Pick<EventSource, "onmessage" | "onerror" | "close">;
  fetch(url: string, init: RequestInit): Promise<Pick<Response, "ok" | "headers" | "text">>;
}

export interface FeedListener {
  /** @returns whether it is of a later entry than all that came before */
  received(reading: Reading): boolean;
  /** May name what is known already. */
  connection(now: "connecting" | "live" | "polling" | "reconnecting"): void;
}

/** Brings summaries: by events, or by polling where events do not get through. */
export interface MarketFeed {
  start(): void;
  /** Holds no connection and no timer from then on. */
  stop(): void;
  /** The network is another one: whether events get through is an open question again. */
  forget(): void;
}

const SUMMARY_URL = "/api/crypto/dashboard-summary";
const STREAM_URL = `${SUMMARY_URL}/stream`;

/** A stream begins with an event. When none comes in this time, something on the way holds events back. */
const FIRST_EVENT_MS = 10_000;
/** Publishers write every 5 to 10 seconds. Heartbeats are not shown to us. */
const SILENCE_MS = 30_000;
/** Attempts in a row that brought no event, after which polling begins. */
const ATTEMPTS = 3;
/** Between such attempts while polling. */
const ATTEMPT_MS = 60_000;
const POLL_MS = 5_000;
const POLL_LIMIT_MS = 10_000;

type Timer = ReturnType<typeof setTimeout> | undefined;

export function createMarketFeed(browser: FeedBrowser, listener: FeedListener): MarketFeed {
  let stream: InstanceType<NonNullable<FeedBrowser["EventSource"]>> | undefined;
  /** Until the next attempt, until the first event must have come, or until silence is suspicious. */
  let streamTimer: Timer;
  /** That brought no event, in a row. */
  let attempts = 0;
  let isPolling = false;
  /** Until the next poll, or until the one that is under way must have been answered. */
  let pollTimer: Timer;
  let underWay: AbortController | undefined;
  let failedPolls = 0;

  function openStream(): void {
    const { EventSource } = browser;
    if (EventSource === undefined) {
      if (!isPolling) startPolling();
      return;
    }
    stream = new EventSource(STREAM_URL);
    stream.onmessage = ({ data, lastEventId }) => {
      const reading = parseReading(data, lastEventId, 0);
      if (reading === null) return;
      attempts = 0;
      stopPolling();
      clearTimeout(streamTimer);
      streamTimer = setTimeout(check, SILENCE_MS);
      listener.received(reading);
      listener.connection("live");
    };
    // By itself a browser connects again without telling when, and gives up for ever after a 503.
    stream.onerror = streamFailed;
    streamTimer = setTimeout(streamFailed, FIRST_EVENT_MS);
  }

  function closeStream(): void {
    stream?.close();
    stream = undefined;
    clearTimeout(streamTimer);
  }

  function streamFailed(): void {
    closeStream();
    attempts++;
    if (attempts < ATTEMPTS) {
      // A check, if there is one.
      stopPolling();
      streamTimer = setTimeout(openStream, backOff(attempts));
      listener.connection("reconnecting");
    } else {
      streamTimer = setTimeout(openStream, ATTEMPT_MS);
      if (!isPolling) startPolling();
    }
  }

  /** The stream is silent: either nothing happens, or the connection is dead without anybody having told. */
  async function check(): Promise<void> {
    const outcome = await ask();
    if (outcome === "known") streamTimer = setTimeout(check, SILENCE_MS);
    else if (outcome !== "stopped") streamFailed();
  }

  function startPolling(): void {
    isPolling = true;
    failedPolls = 0;
    poll();
  }

  function stopPolling(): void {
    isPolling = false;
    clearTimeout(pollTimer);
    underWay?.abort();
    underWay = undefined;
  }

  async function poll(): Promise<void> {
    const outcome = await ask();
    if (outcome === "stopped") return;
    if (outcome === "failed") {
      failedPolls++;
      pollTimer = setTimeout(poll, Math.max(POLL_MS, backOff(failedPolls)));
      listener.connection("reconnecting");
      return;
    }
    // The server is back, and so may events be.
    if (failedPolls > 0 && stream === undefined) {
      clearTimeout(streamTimer);
      openStream();
    }
    failedPolls = 0;
    pollTimer = setTimeout(poll, POLL_MS);
    listener.connection("polling");
  }

  /** Asks for the summary once. `stopped`: nobody wants to know any more. */
  async function ask(): Promise<"newer" | "known" | "failed" | "stopped"> {
    const controller = new AbortController();
    underWay = controller;
    pollTimer = setTimeout(() => controller.abort(), POLL_LIMIT_MS);
    const reading = await fetchReading(controller.signal);
    if (underWay !== controller) return "stopped";
    clearTimeout(pollTimer);
    if (reading === null) return "failed";
    return listener.received(reading) ? "newer" : "known";
  }

  /** @returns null when that failed */
  async function fetchReading(signal: AbortSignal): Promise<Reading | null> {
    try {
      // Always whole: what the browser has kept names an age that was true when it was kept.
      const response = await browser.fetch(SUMMARY_URL, { cache: "no-store", signal });
      if (!response.ok) return null;
      // The entity tag begins with the entry's id.
      const id = /"(\d+-\d+)/.exec(response.headers.get("etag") ?? "")?.[1];
      const age = Number(response.headers.get("age")) || 0;
      return parseReading(await response.text(), id, age * 1_000);
    } catch {
      return null;
    }
  }

  return {
    start() {
      listener.connection("connecting");
      // Where events did not get through, nobody has to wait for that to show again.
      if (attempts >= ATTEMPTS) startPolling();
      else attempts = 0;
      openStream();
    },
    stop() {
      closeStream();
      stopPolling();
    },
    forget() {
      attempts = 0;
    },
  };
}

/** 1 to 2 s, 2 to 4 s, …, 15 to 30 s: not all browsers at once when a server is back. */
function backOff(failures: number): number {
  return Math.min(15_000, 500 * 2 ** failures) * (1 + Math.random());
}
