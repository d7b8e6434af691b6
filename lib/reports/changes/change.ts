import * as z from "zod";

/** What readers must get anew. */
export type ReportChange =
  | { readonly kind: "changed"; readonly ids: readonly number[] }
  | { readonly kind: "everything" };

export const EVERYTHING: ReportChange = { kind: "everything" };

/** Beyond so many ids the list is worth less than it costs. */
const MAX_IDS = 200;

/** What the triggers send (migrations/003_change_notices.sql). */
const notice = z.object({ ids: z.array(z.int()).min(1) });

/** Whoever may connect may send a notice: one that cannot be read means that something changed. */
export function parseNotice(payload: string): ReportChange {
  try {
    return { kind: "changed", ids: notice.parse(JSON.parse(payload)).ids };
  } catch {
    return EVERYTHING;
  }
}

/** Both changes in one; each id once. */
export function mergeChanges(one: ReportChange | null, other: ReportChange): ReportChange {
  if (one === null) return other;
  if (one.kind === "everything" || other.kind === "everything") return EVERYTHING;
  const ids = [...new Set([...one.ids, ...other.ids])];
  return ids.length > MAX_IDS ? EVERYTHING : { kind: "changed", ids };
}
