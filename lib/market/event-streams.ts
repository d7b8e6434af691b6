import { EventStreamsFullError } from "../errors";
import type { EventSink, EventWriter } from "../http/event-stream";
import { MAX_CONNECTIONS } from "../http/server-options";
import type { MarketHub } from "./hub";
import { createRounds } from "./rounds";
import { compareIds, parseStreamId, type StreamId } from "./stream-id";
import { type Observation, type SnapshotState, summaryJson } from "./summary";

export interface EventStreamsStatus {
  readonly clients: number;
  readonly events: number;
  /** Snapshots that slow clients did not get, since they were given the latest instead. */
  readonly skipped: number;
  /** Clients that had not read for too long. */
  readonly cut: number;
  /** Clients that were sent away, since there were too many. */
  readonly refused: number;
}

/** Server-Sent Events: one for each snapshot, to many clients. */
export interface EventStreams {
  /**
   * Begins with the current snapshot, or, where the history still has what came after the one that the client saw
   * last, with that. The state beside a snapshot is always that of now.
   *
   * @param lastEventId the header of that name
   * @throws EventStreamsFullError
   */
  open(sink: EventSink, lastEventId: string | null): EventWriter;
  status(): EventStreamsStatus;
  /** Ends all streams politely, and those that are opened later at once. */
  close(): void;
}

export interface EventStreamsOptions {
  readonly hub: Pick<MarketHub, "history" | "state" | "subscribe">;
  /** What clients get while nothing was received. */
  readonly nullSnapshotJson: string;
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed?: () => number;
  readonly limits?: Partial<EventLimits>;
}

export interface EventLimits {
  readonly clients: number;
  /** Milliseconds between two comments that keep proxies from closing a silent connection. */
  readonly heartbeatMs: number;
  /** A client that was full for this long gets the latest snapshot next, not those before it. Milliseconds. */
  readonly skipAfterMs: number;
  /** One that was full for this long is cut off. */
  readonly cutAfterMs: number;
}

/** Fewer clients than the server takes connections (`server-options.ts`): pages and the supervisor's question have theirs. */
const CLIENTS = 0.8 * MAX_CONNECTIONS;

const LIMITS: EventLimits = { clients: CLIENTS, heartbeatMs: 15_000, skipAfterMs: 5_000, cutAfterMs: 30_000 };

/** Milliseconds that browsers wait before they connect again. */
const RETRY_MS = 2_000;
const GREETING = Buffer.from(`retry: ${RETRY_MS}\n\n`);
const HEARTBEAT = Buffer.from(": heartbeat\n\n");
const FAREWELL = Buffer.from(": the server stops; connect again\n\n");
/** Snapshots that a client which comes back gets at once; then it is asked whether it takes more. */
const REPLAYED_AT_ONCE = 50;
interface Client {
  readonly sink: EventSink;
  /** The number in the history that it gets next. */
  next: number;
  /** Since when its sink is full. */
  fullSince: number | null;
  /** What it was told last. */
  interrupted: boolean;
}

/** Keeps no queue a client: each has its place in the history, from which it is written what it can take. */
export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { hub, nullSnapshotJson, elapsed = () => performance.now() } = options;
  const limits = { ...LIMITS, ...options.limits };
  const { history } = hub;
  const clients = new Set<Client>();
  const counts = { events: 0, skipped: 0, cut: 0, refused: 0 };
  let closed = false;
  let { interrupted } = hub.state();
  let latest: { observation: Observation; state: SnapshotState; bytes: Buffer } | undefined;
  let heartbeat: NodeJS.Timeout | undefined;

  const endSubscription = hub.subscribe((change) => {
    if (change === "interruption") ({ interrupted } = hub.state());
    // What replaces the history is no news but for its last entry.
    if (change === "restarted") for (const client of clients) skipTo(client, history.head - 1);
    passOn();
  });

  /** An event of a snapshot, made once for all clients while its text is the same. */
  function eventOf(observation: Observation): Buffer {
    const state = hub.state(observation);
    if (latest?.observation === observation && isSameState(latest.state, state)) return latest.bytes;
    const bytes = encodeEvent(observation, state);
    if (observation === history.latest) latest = { observation, state, bytes };
    return bytes;
  }

  function currentEvent(): Buffer {
    if (history.latest) return eventOf(history.latest);
    // Without an id: whoever saw nothing has nothing to come back to.
    return Buffer.from(`data: ${summaryJson(nullSnapshotJson, hub.state())}\n\n`);
  }

  function write(client: Client, bytes: Uint8Array): void {
    try {
      if (client.sink.write(bytes)) return;
    } catch {
      // It went, and nobody has told us yet.
      remove(client, "left");
    }
    client.fullSince ??= elapsed();
  }

  function skipTo(client: Client, number: number): void {
    if (number <= client.next) return;
    counts.skipped += number - client.next;
    client.next = number;
  }

  /** Writes what the client has not got, as far as its sink takes it. */
  function advance(client: Client): void {
    while (client.fullSince === null && client.next < history.head) {
      // What the history has lost meanwhile cannot be made up for.
      if (client.next < history.oldest) skipTo(client, history.head - 1);
      const end = Math.min(history.head, client.next + REPLAYED_AT_ONCE);
      const events: Buffer[] = [];
      for (; client.next < end; client.next++) {
        const observation = history.at(client.next);
        if (observation) events.push(eventOf(observation));
      }
      counts.events += events.length;
      const [first] = events;
      if (first) write(client, events.length === 1 ? first : Buffer.concat(events));
      client.interrupted = interrupted;
    }
    if (client.fullSince !== null || client.interrupted === interrupted) return;
    counts.events++;
    client.interrupted = interrupted;
    write(client, currentEvent());
  }

  const passOn = createRounds(clients, (client) => {
    if (isStuck(client)) remove(client, "cut");
    else advance(client);
  });
  const beat = createRounds(clients, (client) => {
    if (isStuck(client)) remove(client, "cut");
    else if (client.fullSince === null) write(client, HEARTBEAT);
  });

  function isStuck({ fullSince }: Client): boolean {
    return fullSince !== null && elapsed() - fullSince > limits.cutAfterMs;
  }

  function remove(client: Client, how: "cut" | "left"): void {
    if (!clients.delete(client)) return;
    if (how === "cut") {
      counts.cut++;
      client.sink.cut();
    }
    if (clients.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  }

  /**
   * Where in the history a client goes on: behind what it saw last, else with the current snapshot. With that
   * also when it saw it: what it was told beside it, elsewhere or before the connection was lost, is not known.
   */
  function placeAfter(lastEventId: string | null): number {
    const seen = lastEventId === null ? null : parseStreamId(lastEventId);
    const found = seen === null ? undefined : find(seen);
    const current = Math.max(history.oldest, history.head - 1);
    return found === undefined ? current : Math.min(found + 1, current);
  }

  /** The number of a snapshot in the history, by halves: ids rise. */
  function find(id: StreamId): number | undefined {
    let from = history.oldest;
    let to = history.head;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      const observation = history.at(middle);
      if (observation === undefined) return undefined;
      const order = compareIds(observation.id, id);
      if (order === 0) return middle;
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return undefined;
  }

  function greet(client: Client): void {
    // What the history has is written as to all others.
    write(client, history.latest ? GREETING : Buffer.concat([GREETING, currentEvent()]));
    advance(client);
  }

  return {
    open(sink, lastEventId) {
      if (clients.size >= limits.clients) {
        counts.refused++;
        throw new EventStreamsFullError();
      }
      const client: Client = { sink, next: placeAfter(lastEventId), fullSince: null, interrupted };
      if (closed) {
        sink.end();
        return { drained() {}, left() {} };
      }
      clients.add(client);
      heartbeat ??= setInterval(beat, limits.heartbeatMs).unref();
      greet(client);
      return {
        drained() {
          if (client.fullSince === null || !clients.has(client)) return;
          const fullMs = elapsed() - client.fullSince;
          client.fullSince = null;
          if (fullMs > limits.skipAfterMs) skipTo(client, history.head - 1);
          advance(client);
        },
        left: () => remove(client, "left"),
      };
    },
    status: () => ({ clients: clients.size, ...counts }),
    close() {
      closed = true;
      endSubscription();
      clearInterval(heartbeat);
      for (const client of clients) {
        if (client.fullSince === null) write(client, FAREWELL);
        if (clients.has(client)) client.sink.end();
      }
      clients.clear();
    },
  };
}

function isSameState(one: SnapshotState, other: SnapshotState): boolean {
  const isSameAge = one.age_seconds === other.age_seconds && one.stale === other.stale;
  return isSameAge && one.interrupted === other.interrupted;
}

/** JSON has no line breaks, so that an event is one line of data. */
function encodeEvent({ id, json }: Observation, state: SnapshotState): Buffer {
  return Buffer.from(`id: ${id}\ndata: ${summaryJson(json, state)}\n\n`);
}
