/** Bytes of a representation, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range that a `Range` field asks for (RFC 9110, section 14). Several at once, another unit or
 * nonsense are as if nothing was asked: the whole is always a right answer.
 *
 * @returns "unsatisfiable" when it begins beyond the end
 */
export function parseRange(field: string | undefined, length: number): ByteRange | "unsatisfiable" | null {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(field ?? "");
  if (match === null) return null;
  const [, from = "", to = ""] = match;
  if (from === "") {
    const suffix = Number(to);
    if (to === "") return null;
    if (suffix === 0 || length === 0) return "unsatisfiable";
    return { start: Math.max(0, length - suffix), end: length - 1 };
  }
  const start = Number(from);
  const end = to === "" ? length - 1 : Math.min(Number(to), length - 1);
  if (to !== "" && Number(to) < start) return null;
  return start >= length ? "unsatisfiable" : { start, end };
}
