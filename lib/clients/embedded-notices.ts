import type { PGlite } from "@electric-sql/pglite";

/** The package's reader of the wire protocol. */
type Wire = Pick<typeof import("@electric-sql/pglite"), "messages" | "protocol">;
type Heard = (payload: string) => void;

/** Messages of the wire protocol whose answer may hold notices: Sync and Query. */
const ENDS_A_STATEMENT = new Set(["S".charCodeAt(0), "Q".charCodeAt(0)]);

/**
 * Lets `listen` hear also what statements over the socket notify. PGlite passes their answers on
 * unread, notices included, to the client that wrote; here they are read on the way. All connections
 * share one session, so that session listens for all.
 *
 * @returns subscribes to a channel; what it resolves to ends the subscription
 */
export function hearNotices(
  db: PGlite,
  { messages, protocol }: Wire,
): (channel: string, heard: Heard) => Promise<() => Promise<void>> {
  const subscribers = new Map<string, Set<Heard>>();
  const execute = db.execProtocolRawStream.bind(db);
  db.execProtocolRawStream = (message, options) => {
    if (subscribers.size === 0 || !ENDS_A_STATEMENT.has(message[0] ?? 0)) return execute(message, options);
    const parser = new protocol.Parser();
    const onRawData = (data: Uint8Array) => {
      options.onRawData(data);
      parser.parse(Uint8Array.from(data), (answer) => {
        if (!(answer instanceof messages.NotificationResponseMessage)) return;
        for (const heard of subscribers.get(answer.channel) ?? []) heard(answer.payload);
      });
    };
    return execute(message, { ...options, onRawData });
  };
  return async (channel, heard) => {
    // PGlite's own: sends LISTEN, and tells us of statements that do not come over the socket.
    const unlisten = await db.listen(channel, heard);
    const set = subscribers.get(channel) ?? new Set();
    subscribers.set(channel, set.add(heard));
    return async () => {
      set.delete(heard);
      if (set.size === 0) subscribers.delete(channel);
      await unlisten();
    };
  };
}
