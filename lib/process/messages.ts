/** What a worker tells its primary of its start. Messages of other kinds pass between the two as well. */
export type StartMessage =
  /** It serves; `url` is for people. */
  | { readonly type: "ready"; readonly url: string }
  /** It cannot start and is about to exit. */
  | { readonly type: "failed"; readonly reason: string };

export function asStartMessage(message: unknown): StartMessage | undefined {
  const { type, url, reason } = Object(message) as Record<string, unknown>;
  if (type === "ready" && typeof url === "string") return { type, url };
  if (type === "failed" && typeof reason === "string") return { type, reason };
  return undefined;
}
